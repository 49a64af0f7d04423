"""The database layer: declarative base, unit of work, mapping of constraint errors and outages.

Not: statements of one feature.
"""

from __future__ import annotations

from flask import Flask

from booking.db import postgresql, sqlite
from booking.db.base import Base, UTCDateTime, db, of_database
from booking.db.refusals import refuse, unreachable
from booking.db.unit_of_work import (
    after_commit,
    begin_write,
    check_before_writing,
    commit_library_work,
    unit_of_work,
)

__all__ = [
    "Base",
    "UTCDateTime",
    "after_commit",
    "begin_write",
    "check_before_writing",
    "commit_library_work",
    "db",
    "init_app",
    "of_database",
    "refuse",
    "unit_of_work",
    "unreachable",
]


def init_app(app: Flask) -> None:
    """Attach the database to the application and configure its engine."""
    db.init_app(app)
    with app.app_context():
        set_up = sqlite.set_up if db.engine.dialect.name == "sqlite" else postgresql.set_up
        set_up(db.engine)
