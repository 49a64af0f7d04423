"""Rules for a request that need no database. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import local_date, local_instant
from booking.availability.engine.offers import Booked, Refused, WhyNot
from booking.lectures.engine.errors import (
    REASONS,
    AlreadyYours,
    DayOff,
    InThePast,
    NotBookable,
    SlotTaken,
    TooFar,
    TooSoon,
    WayTooLong,
)

LONGEST_NOTE = 1000
LONGEST_PLACE = 200
LONGEST_REASON = 500
MOST_ATTENDEES = 100_000

MOST_REQUESTS = 1000
"""No coordinator can allow a branch more at once, or on one day."""

REPLY_DAYS = 3
"""How many days an instructor has for an answer. Ours; no source gives one."""

REPLY_MINUTE = 18 * 60
"""The minute of the local day at which an answer is due: 18:00."""

DELIVERED_AFTER = timedelta(hours=24)
"""How long after the end the system takes a lecture for delivered."""

LONGEST_PAUSE = timedelta(days=3)
"""A clock that is further ahead than this since the last round may be wrong. A worker that was
off over a weekend catches up by itself."""


def implausible(
    *, last: datetime | None, now: datetime, limit: int, counts: Iterable[tuple[int, int]]
) -> bool:
    """Whether a round cannot be true, so that an administrator must confirm it first.

    `counts` are, for requests and for lectures, how many fell due since the `last` round and
    how many are open. A round is held if anything fell due in a pause of more than three
    days, or if more than `limit` did, and those are more than half of all that are open: in a
    large province hundreds of requests may expire in one evening, but never most of them.
    """
    counts = list(counts)
    if last is not None and now - last > LONGEST_PAUSE and any(due for due, _open in counts):
        return True
    return any(due > limit and 2 * due > opened for due, opened in counts)


def reply_due(now: datetime, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """By when the instructor must answer: at the end of the third day, and before the start."""
    day = local_date(now, zone) + timedelta(days=REPLY_DAYS)
    return min(local_instant(day, REPLY_MINUTE, zone), starts_at)


def refusal(
    refused: Refused, organisation_id: int | None = None, *, holiday: str | None = None
) -> NotBookable:
    """The refusal that a closing rule means, as the branch that asks may read it.

    `holiday` is the name of the day off, where it is known. Of another branch's lecture nothing
    is told but that there is one.
    """
    own = refused.beside
    if own is not None and own.organisation_id != organisation_id:
        own = None
    match refused.why:
        case WhyNot.PAST:
            return InThePast()
        case WhyNot.NOTICE:
            return TooSoon(refused.day)
        case WhyNot.HORIZON:
            return TooFar(refused.day)
        case WhyNot.TAKEN:
            return SlotTaken() if own is None else AlreadyYours()
        case WhyNot.TRAVEL:
            return WayTooLong(_when_and_where(own), refused.fits)
        case WhyNot.HOLIDAY if refused.day is not None and holiday:
            return DayOff(refused.day, holiday)
    return NotBookable(REASONS[refused.why])


def _when_and_where(own: Booked | None) -> tuple[datetime, str] | None:
    named = own is not None and own.place is not None and own.place.name
    return (own.start, named) if own is not None and named else None
