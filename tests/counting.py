"""Counts SQL statements of an application, and rows of its tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event, func, select

from booking.db import Base, db


class QueryCount:
    """Calling it gives a context manager that collects the SQL statements of its block."""

    def __init__(self) -> None:
        self._open: list[list[str]] = []

    @contextmanager
    def __call__(self) -> Iterator[list[str]]:
        """The statements of the block in order, without BEGIN and COMMIT."""
        seen: list[str] = []
        self._open.append(seen)
        try:
            yield seen
        finally:
            self._open.remove(seen)

    def note(
        self, _connection: object, _cursor: object, statement: str, *_more: object, **_named: object
    ) -> None:
        """SQLAlchemy listener: add a statement to all open blocks.

        That of the settings is left out: a process reads them by the clock, not for a page.
        """
        if not statement.startswith(("BEGIN", "SELECT setting.")):
            for seen in self._open:
                seen.append(statement)

    @classmethod
    @contextmanager
    def of(cls, app: Flask) -> Iterator[QueryCount]:
        """A counter on the application's engine."""
        counter = cls()
        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", counter.note)
        try:
            yield counter
        finally:
            event.remove(engine, "before_cursor_execute", counter.note)


RECORDS_OF_REQUESTS = frozenset({"audit_entry", "sign_in", "attempt_count"})
"""Tables that get rows from reading pages, signing in and refused requests."""


def row_counts(app: Flask) -> dict[str, int]:
    """Row counts by table, except for `RECORDS_OF_REQUESTS`."""
    with app.app_context():
        return {
            name: db.session().scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
            if name not in RECORDS_OF_REQUESTS
        }
