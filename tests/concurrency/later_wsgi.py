"""The product with a clock some minutes ahead: leases of a killed worker have expired."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from booking import clock
from booking.notifications.transmission.claims import LEASE
from wsgi import app

clock.now = lambda: datetime.now(UTC) + LEASE + timedelta(minutes=1)

__all__ = ["app"]
