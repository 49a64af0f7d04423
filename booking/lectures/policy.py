"""Rules for a request that need no database. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.hours import local_date, local_instant
from booking.availability.offers import Refused, WhyNot
from booking.lectures.errors import (
    REASONS,
    AlreadyYours,
    InThePast,
    NotBookable,
    SlotTaken,
    TooFar,
    TooSoon,
)

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


def refusal(refused: Refused, organisation_id: int | None = None) -> NotBookable:
    """The refusal that a closing rule means, as the branch that asks may read it."""
    mine = refused.beside is not None and refused.beside.organisation_id == organisation_id
    if refused.why is WhyNot.TAKEN and mine:
        return AlreadyYours()
    known: dict[WhyNot, type[NotBookable]] = {
        WhyNot.PAST: InThePast,
        WhyNot.NOTICE: TooSoon,
        WhyNot.HORIZON: TooFar,
        WhyNot.TAKEN: SlotTaken,
    }
    if refused.why in known:
        return known[refused.why]()
    return NotBookable(REASONS[refused.why])
