"""The product without its lock, to verify that the race test detects double bookings.

On PostgreSQL the instructor's row is not locked; on SQLite writers do not queue, and every
statement is its own transaction. The test decides whether the database constraint remains.
"""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy import event

from booking.db import db, sqlite
from tests.concurrency.slow_wsgi import app


def _unlocked(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any
) -> tuple[str, Any]:
    if statement == "BEGIN IMMEDIATE":
        return "SELECT 1", parameters
    return statement.partition("FOR UPDATE OF instructor")[0], parameters


def _no_turn(_queue: str, _patience: float | None) -> int:
    return os.open(os.devnull, os.O_RDONLY)


vars(sqlite)["_wait_for_turn"] = _no_turn
with app.app_context():
    event.listen(db.engine, "before_cursor_execute", _unlocked, retval=True)

__all__ = ["app"]
