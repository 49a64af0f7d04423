"""Which days a feed covers (calendar rules 8 and 10). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.offers import LONGEST_HORIZON
from booking.availability.engine.zones import day_bounds

PAST = timedelta(days=90)
CANCELLED_STAYS = timedelta(days=7)
MOST_EVENTS = 5000


@dataclass(frozen=True, slots=True)
class Window:
    """Instants: events that start in `[first, end)`; cancelled ones from `cancelled_from` on."""

    first: datetime
    cancelled_from: datetime
    end: datetime


def window(today: date, zone: ZoneInfo) -> Window:
    """The window on a local day: it ends with the last day that can be booked."""
    return Window(
        day_bounds(today - PAST, zone)[0],
        day_bounds(today - CANCELLED_STAYS, zone)[0],
        day_bounds(today + LONGEST_HORIZON, zone)[1],
    )
