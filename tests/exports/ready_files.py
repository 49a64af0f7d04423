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
from booking.workbooks.engine.books import Book, written
from booking.workbooks.engine.sheets import table
from booking.workbooks.files import XLSX


def add(
    app: Flask,
    email: str,
    region: str,
    *,
    now: datetime,
    name: str = "师资库.xlsx",
) -> str:
    """The key of a file that somebody asked for and the worker has made; it holds its name."""
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
        file.state, file.done = ExportState.READY, file.rows
        file.content = written([Book(table("师资", ["姓名"], [[name]]))])
        return file.key
