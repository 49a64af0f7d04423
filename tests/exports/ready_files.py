"""Files that the worker has made, for tests of pages."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from sqlalchemy import select

from booking import json_values
from booking.accounts.models import User
from booking.db import unit_of_work
from booking.exports import service
from booking.exports.models import ExportState
from booking.register.exports.service import KIND, ExportChoice
from booking.workbooks.files import XLSX


def add(
    app: Flask,
    email: str,
    region: str,
    *,
    now: datetime,
    content: bytes | None = b"PK",
    name: str = "师资库.xlsx",
) -> str:
    """The key of a file that somebody asked for; without `content` it is being made."""
    with app.app_context(), unit_of_work() as session:
        user = session.scalars(select(User.id).where(User.email == email)).one()
        file = service.ask(
            session,
            kind=KIND,
            choice=json_values.write(ExportChoice(region, True, name)),
            rows=2_000,
            filename=name,
            mimetype=XLSX,
            user_id=user,
            language="zh_Hans_CN",
            now=now,
        )
        if content is not None:
            file.state, file.content, file.done = ExportState.READY, content, file.rows
        else:
            file.state, file.seen_at, file.done = ExportState.RUNNING, now, 750
        return file.key
