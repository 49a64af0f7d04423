"""The product with a pause between the check of free slots and the first write.

The product has no setting for this: the pause is patched in.
"""

from __future__ import annotations

import time

from sqlalchemy import event

from booking.db import db
from wsgi import app

PAUSE_SECONDS = 0.02
FIRST_WRITE = "INSERT INTO lecture_counter"
"""The first write of a booking, after the check that the slot is free."""


def _pause(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
    if statement.startswith(FIRST_WRITE):
        time.sleep(PAUSE_SECONDS)


with app.app_context():
    event.listen(db.engine, "before_cursor_execute", _pause)

__all__ = ["app"]
