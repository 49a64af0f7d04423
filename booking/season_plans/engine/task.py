"""What a season plan is computed from, as plain values. Pure.

All instants are aware and in UTC, all days are local dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import EVERY_DAY, DaySpan
from booking.availability.engine.offers import Availability, Booked, SlotRequest
from booking.availability.engine.travel import Place


@dataclass(frozen=True, slots=True)
class Eligibility:
    """An instructor who can teach what a need asks for, and the topic that fits it best."""

    instructor_id: int
    topic_id: int
    """Opaque: which topic an assignment offers."""
    minutes: int
    """The length of the topic: lectures are booked at the topic's own length."""
    days: DaySpan = EVERY_DAY
    """The days on which the topic is offered."""


@dataclass(frozen=True, slots=True)
class Need:
    """A lecture that a branch needs.

    An instructor is at most once in each list of eligible ones. Those that do not stand in
    `eligible` get no assignment: they only tell what would help.
    """

    id: int
    organisation_id: int
    place: Place | None
    """None is online: no travel."""
    windows: tuple[Interval, ...]
    """Within which the lecture may begin, like the preferred times of matching."""
    eligible: tuple[Eligibility, ...]
    eligible_online: tuple[Eligibility, ...] = ()
    """Who could teach it if it were held online."""
    eligible_elsewhere: tuple[Eligibility, ...] = ()
    """Who teaches it, but does not serve its region."""
    ends_within: bool = False
    """Whether the lecture must also end within the window in which it begins."""

    def starts_of(self, minutes: int) -> tuple[Interval, ...]:
        """The intervals in which a lecture of this length may begin."""
        if not self.ends_within:
            return self.windows
        # A start at the very last instant is allowed, and intervals are half-open.
        before_end = timedelta(minutes=minutes) - timedelta(seconds=1)
        shorter = ((begin, end - before_end) for begin, end in self.windows)
        return tuple((begin, last) for begin, last in shorter if begin < last)

    def slot_request(
        self, eligibility: Eligibility, *, anywhere: bool = False, online: bool = False
    ) -> SlotRequest:
        """What is asked of an instructor; `anywhere` leaves place and branch open."""
        return SlotRequest(
            eligibility.minutes,
            None if anywhere or online else self.place,
            None if anywhere else self.organisation_id,
            eligibility.days,
        )


@dataclass(frozen=True, slots=True)
class InstructorSchedule:
    """When an instructor can be booked, as a booking reads it."""

    id: int
    region_code: str
    """The home region, where the day's travel begins."""
    availability: Availability
    booked: tuple[Booked, ...] = ()
    """The holds; if caps are set, those of all `counted_days` of the task."""


@dataclass(frozen=True, slots=True)
class Pin:
    """An assignment that the plan must contain."""

    need_id: int
    instructor_id: int
    start: datetime


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An assignment that the plan must not contain.

    Without a start: at no time of the day by this instructor, or without a day at no time at all.
    Without an instructor either: the need gets no assignment at all.
    """

    need_id: int
    instructor_id: int | None = None
    start: datetime | None = None
    day: date | None = None
    """A local date; without a start only."""


@dataclass(frozen=True, slots=True)
class Task:
    """Needs in the order in which they came, and everything that decides about them.

    `first` and `last` are the days for which schedules are given; all windows lie within them.
    Further days let the plan tell which other time would help. Raises ``ValueError`` if ids repeat
    or an instructor is missing.
    """

    needs: tuple[Need, ...]
    instructors: tuple[InstructorSchedule, ...]
    first: date
    last: date
    now: datetime
    zone: ZoneInfo
    pins: tuple[Pin, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()

    def __post_init__(self) -> None:
        known = {one.id for one in self.instructors}
        _check_distinct("need", (need.id for need in self.needs), len(self.needs))
        _check_distinct("instructor", known, len(self.instructors))
        _check_distinct("pinned need", (pin.need_id for pin in self.pins), len(self.pins))
        for need in self.needs:
            for listed in (need.eligible, need.eligible_online, need.eligible_elsewhere):
                ids = {each.instructor_id for each in listed}
                _check_distinct("eligible instructor", ids, len(listed))
                if not ids <= known:
                    raise ValueError("an eligible instructor has no schedule")


def _check_distinct(what: str, ids: Iterable[int], count: int) -> None:
    if len(set(ids)) != count:
        raise ValueError(f"an id of a {what} is repeated")
