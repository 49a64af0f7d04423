"""Rules for a request that need no database. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from booking.availability.intervals import Interval, overlaps
from booking.lectures.errors import InThePast, NotBookable, SlotTaken, TooFar, TooSoon

LONGEST_NOTE = 1000
LONGEST_PLACE = 200
LONGEST_REASON = 500
MOST_ATTENDEES = 100_000

REPLY_WITHIN = timedelta(days=3)
"""How long an instructor has for an answer. Ours; no source gives one."""

DELIVERED_AFTER = timedelta(hours=24)
"""How long after the end the system takes a lecture for delivered."""


def reply_due(now: datetime, starts_at: datetime) -> datetime:
    """By when the instructor must answer: in three days, and before the start."""
    return min(now + REPLY_WITHIN, starts_at)


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
