"""When somebody is reminded of a reply that is due. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.intervals import Interval
from booking.availability.engine.zones import day_bounds, local_date

FROM_HOUR, TO_HOUR = 9, 20
"""The local hours in which reminders are sent: none at night."""

ASKED_BEFORE = timedelta(hours=24)
"""Nobody is reminded of what they were asked a moment ago."""


def due_tomorrow(now: datetime, zone: ZoneInfo) -> Interval | None:
    """The bounds of tomorrow, whose replies are reminded of now; None at night."""
    if not FROM_HOUR <= now.astimezone(zone).hour < TO_HOUR:
        return None
    return day_bounds(local_date(now, zone) + timedelta(days=1), zone)
