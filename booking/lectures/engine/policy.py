"""Limits and rules of booking requests and expiry rounds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import DayKind
from booking.availability.engine.offers import Booked, Refused, WhyNot
from booking.availability.engine.workdays import working_days_between
from booking.availability.engine.zones import local_date, local_instant
from booking.errors import Invalid
from booking.lectures.engine.unbookable import (
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
from booking.sentences import N_
from booking.text import plain

LONGEST_NOTE = 1000
LONGEST_PLACE = 200
LONGEST_REASON = 500
MOST_ATTENDEES = 100_000

MOST_REQUESTS = 1000
"""Upper bound of the request limits that a coordinator can set for a branch."""

PLACE_TOO_LONG = N_("The place is too long: at most %(max)s characters.", max=LONGEST_PLACE)
NOTE_TOO_LONG = N_("The note is too long: at most %(max)s characters.", max=LONGEST_NOTE)
REASON_TOO_LONG = N_("The reason is too long: at most %(max)s characters.", max=LONGEST_REASON)
WRONG_ATTENDEES = N_(
    "The number of listeners must lie between %(min)s and %(max)s.", min=1, max=MOST_ATTENDEES
)
WRONG_LISTENERS = N_(
    "The number of listeners must lie between %(min)s and %(max)s.", min=0, max=MOST_ATTENDEES
)
WRONG_REQUEST_LIMIT = N_(
    "Use a number from %(min)s to %(max)s, or leave it empty.", min=1, max=MOST_REQUESTS
)

REPLY_MINUTE = 18 * 60
"""The minute of the local day at which a reply is due: 18:00."""

LEAST_TO_ANSWER = timedelta(hours=4)
"""Shortest time for an answer, as far as there is that much before the lecture. Our own choice."""

DELIVERED_AFTER = timedelta(hours=24)
"""How long after its end the system marks a lecture as delivered."""

LATE_WORKING_DAYS = 2
"""A cancellation with fewer working days before the lecture is late. Our own choice."""

LONGEST_PAUSE = timedelta(days=3)
"""Longest plausible interval between two rounds; after more the clock may be wrong. Long enough
for a worker that was down over a weekend to catch up by itself."""


def implausible(
    *, last: datetime | None, now: datetime, limit: int, counts: Iterable[tuple[int, int]]
) -> bool:
    """Whether the due counts of a round are implausible, so that it must be confirmed first.

    `counts` are pairs for requests and for lectures: how many became due since the `last`
    round, and how many are open. A round is implausible if anything became due in a pause
    longer than `LONGEST_PAUSE`, or if more than `limit` and more than half of all open ones
    did: in a large province hundreds of requests may expire in one evening, but never most.
    """
    counts = list(counts)
    if last is not None and now - last > LONGEST_PAUSE and any(due for due, _open in counts):
        return True
    return any(due > limit and 2 * due > opened for due, opened in counts)


def reply_due(now: datetime, starts_at: datetime, zone: ZoneInfo, *, days: int) -> datetime:
    """The reply deadline: 18:00 after so many days, but at the latest 18:00 on the day before.

    A branch that gets a refusal has an evening to look for somebody else. Where fewer than
    `LEAST_TO_ANSWER` would be left for the answer, it is due halfway between now and the start.
    """
    usual = local_instant(local_date(now, zone) + timedelta(days=days), REPLY_MINUTE, zone)
    day_before = local_date(starts_at, zone) - timedelta(days=1)
    latest = local_instant(day_before, REPLY_MINUTE, zone)
    if latest < now + LEAST_TO_ANSWER:
        latest = (now + (starts_at - now) / 2).replace(second=0, microsecond=0)
    return min(usual, latest)


def is_late(today: date, day: date, kinds: Mapping[date, DayKind]) -> bool:
    """Whether a lecture on `day` is cancelled late today; working days count as in lead times."""
    return working_days_between(today, day, kinds) < LATE_WORKING_DAYS


def checked_reason(reason: str) -> str:
    """A reason without what cannot be stored; raises `Invalid` if it is too long."""
    reason = plain(reason).strip()
    if len(reason) > LONGEST_REASON:
        raise Invalid(REASON_TOO_LONG, field="reason")
    return reason


def refusal(
    refused: Refused, organisation_id: int | None = None, *, holiday: str | None = None
) -> NotBookable:
    """The domain error for a closing rule, for the branch `organisation_id`.

    `holiday` is the name of the day off, if there is one. Of another branch's lecture only its
    existence is disclosed.
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
    place = own is not None and own.place is not None and own.place.name
    return (own.start, place) if own is not None and place else None
