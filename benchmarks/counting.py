"""Counts the SQL statements of a response, in this process on the same database."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import event

from benchmarks.client import Answer, Request
from booking.db import db


class InProcess:
    """Sends requests to an application in this process and counts its statements."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._client = app.test_client(use_cookies=False)
        self._statements = 0
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._count)

    def _count(self, _c: object, _cursor: object, statement: str, *_more: object) -> None:
        # BEGIN is a statement to the SQLite driver only; leave it out, to compare databases.
        if not statement.startswith("BEGIN"):
            self._statements += 1

    def counted(self, call: Callable[[], object]) -> int:
        """The number of statements of a call, in the current application context."""
        self._statements = 0
        call()
        return self._statements

    def send(self, request: Request) -> tuple[Answer, int]:
        """(response, number of statements)."""
        self._statements = 0
        # A new context: Flask would otherwise use the caller's, with its cached `g`.
        with self._app.app_context():
            response = self._client.open(
                request.target,
                method=request.method,
                headers=request.all_headers,
                data=request.body,
            )
        return Answer(response.status_code, response.headers, response.data, 0.0), self._statements
