"""The product with a clock ahead, as if a worker came back later: leases of before have expired."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from booking import clock
from wsgi import app

AHEAD = timedelta(minutes=int(os.environ["CLOCK_AHEAD_MINUTES"]))

clock.now = lambda: datetime.now(UTC) + AHEAD

__all__ = ["app"]
