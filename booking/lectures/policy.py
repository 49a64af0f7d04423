"""Rules for a request that need no database. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.hours import local_date, local_instant
from booking.availability.intervals import Interval, overlaps
from booking.lectures.errors import InThePast, NotBookable, SlotTaken, TooFar, TooSoon

LONGEST_NOTE = 1000
LONGEST_PLACE = 200
LONGEST_REASON = 500
MOST_ATTENDEES = 100_000

REPLY_DAYS = 3
"""How many days an instructor has for an answer. Ours; no source gives one."""

REPLY_MINUTE = 18 * 60
"""The minute of the local day at which an answer is due: 18:00."""

DELIVERED_AFTER = timedelta(hours=24)
"""How long after the end the system takes a lecture for delivered."""


def reply_due(now: datetime, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """By when the instructor must answer: at the end of the third day, and before the start."""
    day = local_date(now, zone) + timedelta(days=REPLY_DAYS)
    return min(local_instant(day, REPLY_MINUTE, zone), starts_at)


def refusal(
    wanted: Interval, *, window: Interval, busy: Sequence[Interval], now: datetime
) -> NotBookable:
    """Why a time that is not on offer cannot be booked, the strongest reason first."""
    if wanted[0] <= now:
        return InThePast()
    if any(overlaps(wanted, taken) for taken in busy):
        return SlotTaken()
    if wanted[0] < window[0]:
        return TooSoon()
    if wanted[1] > window[1]:
        return TooFar()
    return NotBookable()
