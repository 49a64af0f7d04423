"""Rules for a request that need no database. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.availability.offers import Refused, WhyNot
from booking.lectures.errors import (
    REASONS,
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

REPLY_WITHIN = timedelta(days=3)
"""How long an instructor has for an answer. Ours; no source gives one."""

DELIVERED_AFTER = timedelta(hours=24)
"""How long after the end the system takes a lecture for delivered."""


def reply_due(now: datetime, starts_at: datetime) -> datetime:
    """By when the instructor must answer: in three days, and before the start."""
    return min(now + REPLY_WITHIN, starts_at)


def refusal(refused: Refused) -> NotBookable:
    """The refusal that a closing rule means, as whoever asks may read it."""
    known: dict[WhyNot, type[NotBookable]] = {
        WhyNot.PAST: InThePast,
        WhyNot.NOTICE: TooSoon,
        WhyNot.HORIZON: TooFar,
        WhyNot.TAKEN: SlotTaken,
    }
    if refused.why in known:
        return known[refused.why]()
    return NotBookable(REASONS[refused.why])
