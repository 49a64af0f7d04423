"""Queries of the audit log for tests."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from booking.audit import Action, AuditEntry
from booking.db import db

SIGNING = frozenset({Action.SIGN_IN, Action.SIGN_OUT})


def entries(app: Flask, *actions: Action, after: int = 0) -> list[AuditEntry]:
    """The entries with one of these actions (default: all) and id > `after`, oldest first."""
    query = select(AuditEntry).where(AuditEntry.id > after).order_by(AuditEntry.id)
    if actions:
        query = query.where(AuditEntry.action.in_(actions))
    with app.app_context():
        found = list(db.session().scalars(query))
        db.session.expunge_all()
        return found


def last_id(app: Flask) -> int:
    """The id of the newest entry, 0 if there is none."""
    return max((one.id for one in entries(app)), default=0)


def told(app: Flask, *columns: str, after: int = 0) -> list[tuple[Any, ...]]:
    """Tuples of some columns of the entries with id > `after`, oldest first."""
    return [tuple(getattr(one, column) for column in columns) for one in entries(app, after=after)]
