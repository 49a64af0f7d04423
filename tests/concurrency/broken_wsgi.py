"""The product without its lock, to see that the race finds double bookings.

On PostgreSQL nobody waits for the instructor's row; on SQLite nobody queues for a turn, and
every statement is a transaction of its own. Whether the database still refuses overlaps is up to
the test.
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
