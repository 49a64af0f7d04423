"""Read lectures, busy time and bookable slots."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.accounts.engine.permissions import Subject
from booking.availability.engine.first_free import Earliest
from booking.availability.engine.hours import day_bounds, local_date
from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import counted_days
from booking.availability.engine.offers import (
    Availability,
    Booked,
    Refused,
    SlotRequest,
    offered,
    why_not,
)
from booking.availability.engine.slots import nearest
from booking.availability.queries import availabilities
from booking.errors import NotFound
from booking.lectures.engine.lifecycle import State
from booking.lectures.holds import booked
from booking.lectures.models import Lecture

NEAREST_WITHIN = timedelta(days=14)
NEARBY = timedelta(days=3)
NEAREST_COUNT = 3

NOTICE_MARGIN = timedelta(days=45)
"""Days read beside the wanted ones, so that the days of notice are among them."""


@dataclass(frozen=True, slots=True)
class Schedules:
    """Hours, rules and holds of some instructors, read once, for any length of lecture."""

    now: datetime
    zone: ZoneInfo
    first: date
    last: date
    known: dict[int, Availability]
    taken: dict[int, list[Booked]]

    def offered(
        self,
        instructor_id: int,
        slot_request: SlotRequest,
        first: date = date.min,
        last: date = date.max,
    ) -> list[Interval]:
        """What one instructor offers from day to day, both inclusive, of those that were read."""
        return offered(
            self.known[instructor_id],
            self.taken.get(instructor_id, []),
            slot_request,
            first=max(self.first, first),
            last=min(self.last, last),
            now=self.now,
            zone=self.zone,
        )

    def first_offered(
        self, instructor_id: int, slot_request: SlotRequest, since: date = date.min
    ) -> Interval | None:
        """The first time on offer that begins on the day `since` or later."""
        first = max(self.first, since)
        finder = Earliest(first=first, last=self.last, now=self.now, zone=self.zone)
        known, taken = self.known[instructor_id], self.taken.get(instructor_id, [])
        return next(finder.each(known, taken, slot_request), None)

    def nearest(
        self, instructor_id: int, slot_request: SlotRequest, wanted: datetime
    ) -> list[Interval]:
        """The bookable times nearest to the wanted one, of the days that were read.

        A few days around it are looked at first: what lies beyond them cannot be nearer
        than what is found well within them.
        """
        day = local_date(wanted, self.zone)
        first, last = day - NEARBY, day + NEARBY
        slots = nearest(
            self.offered(instructor_id, slot_request, first, last), wanted, NEAREST_COUNT
        )
        near = NEARBY - timedelta(days=1)
        if len(slots) == NEAREST_COUNT and all(abs(slot[0] - wanted) < near for slot in slots):
            return slots
        return nearest(self.offered(instructor_id, slot_request), wanted, NEAREST_COUNT)

    def why_not(
        self, instructor_id: int, slot_request: SlotRequest, start: datetime
    ) -> Refused | None:
        """Which rule closes a time on one of the days that were read; None: it is offered."""
        return why_not(
            self.known[instructor_id],
            self.taken.get(instructor_id, []),
            slot_request,
            start,
            now=self.now,
            zone=self.zone,
        )


def schedules(
    session: Session,
    instructor_ids: Collection[int],
    *,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
) -> Schedules:
    """Read what decides about the days `first` to `last`: two queries, however many people.

    Pages, searches and the booking transaction all ask here.
    """
    known = hours(session, instructor_ids, first=first, last=last, now=now, zone=zone)
    return with_bookings(session, known, first=first, last=last, now=now, zone=zone)


def with_bookings(
    session: Session,
    known: dict[int, Availability],
    *,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
) -> Schedules:
    """The diaries of those whose `hours` on these days are known. One query."""
    taken = bookings(session, known, first=first, last=last, zone=zone)
    return Schedules(now, zone, first, last, known, taken)


def hours(
    session: Session,
    instructor_ids: Collection[int],
    *,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
) -> dict[int, Availability]:
    """What there is to book on the days `first` to `last`, whatever is taken. One query."""
    today = local_date(now, zone)
    noticed = min(first, today), max(last, today) + NOTICE_MARGIN
    return availabilities(session, instructor_ids, first, last, noticed=noticed)


def bookings(
    session: Session,
    known: Mapping[int, Availability],
    *,
    first: date,
    last: date,
    zone: ZoneInfo,
) -> dict[int, list[Booked]]:
    """What is taken of it, and what counts against caps. One query."""
    whole = any(one.limits.caps.any for one in known.values())
    since, until = _with_margin(first, last, zone)
    span = counted_days(first, last)
    counted = _with_margin(span.first or first, span.last or last, zone) if whole else None
    return booked(session, known, since, until, counted=counted)


def _with_margin(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Two days on both sides hold every buffer, every way and every difference between zones."""
    margin = timedelta(days=2)
    return day_bounds(first - margin, zone)[0], day_bounds(last + margin, zone)[1]


def bookable_slots(
    session: Session,
    instructor_ids: Collection[int],
    *,
    slot_request: SlotRequest,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
) -> dict[int, list[Interval]]:
    """What each instructor offers from day `first` to day `last` for one ask."""
    read = schedules(session, instructor_ids, first=first, last=last, now=now, zone=zone)
    return {
        instructor_id: read.offered(instructor_id, slot_request) for instructor_id in instructor_ids
    }


def nearest_slots(
    session: Session,
    instructor_id: int,
    *,
    wanted: datetime,
    slot_request: SlotRequest,
    now: datetime,
    zone: ZoneInfo,
) -> list[Interval]:
    """The bookable times nearest to the wanted one: see `nearest_times`."""
    day = max(local_date(wanted, zone), local_date(now, zone))
    first, last = day - NEAREST_WITHIN, day + NEAREST_WITHIN
    read = schedules(session, [instructor_id], first=first, last=last, now=now, zone=zone)
    return nearest_times(session, read, instructor_id, slot_request=slot_request, wanted=wanted)


def nearest_times(
    session: Session,
    schedule: Schedules,
    instructor_id: int,
    *,
    slot_request: SlotRequest,
    wanted: datetime,
) -> list[Interval]:
    """The bookable times nearest to the wanted one, of the days that were read around it.

    Only where these have too few of them, all days that can be booked are read, with two
    queries: who lost a race for one time is told the next ones as quickly as ever.
    """
    near = schedule.nearest(instructor_id, slot_request, wanted)
    today = local_date(schedule.now, schedule.zone)
    last = today + timedelta(days=schedule.known[instructor_id].rules.horizon_days)
    if len(near) == NEAREST_COUNT or (schedule.first <= today and last <= schedule.last):
        return near
    whole = schedules(
        session, [instructor_id], first=today, last=last, now=schedule.now, zone=schedule.zone
    )
    return whole.nearest(instructor_id, slot_request, wanted)


def by_number(session: Session, number: str, *, whole: bool = False) -> Lecture:
    """The lecture of a number; raises `NotFound` (404). `whole` brings what a page shows."""
    query = select(Lecture).where(Lecture.number == number)
    if whole:
        query = query.options(
            joinedload(Lecture.instructor),
            joinedload(Lecture.organisation),
            joinedload(Lecture.region),
        )
    lecture = session.scalars(query).one_or_none()
    if lecture is None:
        raise NotFound()
    return lecture


def subject(lecture: Lecture) -> Subject:
    """Whose a lecture is, for permissions."""
    return Subject(
        organisation_id=lecture.organisation_id,
        instructor_id=lecture.instructor_id,
        region_codes=frozenset({lecture.organisation.region_code, lecture.instructor.region_code}),
    )


def of_organisations(
    session: Session,
    organisation_ids: Collection[int],
    *,
    since: datetime,
    upcoming: bool,
    limit: int,
    states: Collection[State] = tuple(State),
) -> Sequence[Lecture]:
    """Lectures that organisations booked, from `since` on or before it, nearest first."""
    condition = Lecture.organisation_id.in_(organisation_ids) & Lecture.state.in_(states)
    return _listed(session, condition, since=since, upcoming=upcoming, limit=limit)


def of_instructors(
    session: Session,
    instructor_ids: Collection[int],
    *,
    since: datetime,
    upcoming: bool,
    limit: int,
    states: Collection[State] = tuple(State),
) -> Sequence[Lecture]:
    """Lectures of instructors, from `since` on or before it, nearest first."""
    condition = Lecture.instructor_id.in_(instructor_ids) & Lecture.state.in_(states)
    return _listed(session, condition, since=since, upcoming=upcoming, limit=limit)


def _listed(
    session: Session, condition: object, *, since: datetime, upcoming: bool, limit: int
) -> Sequence[Lecture]:
    time = Lecture.ends_at >= since if upcoming else Lecture.ends_at < since
    order = Lecture.starts_at.asc() if upcoming else Lecture.starts_at.desc()
    query = (
        select(Lecture)
        .where(condition, time)  # type: ignore[arg-type]
        .options(joinedload(Lecture.instructor), joinedload(Lecture.organisation))
        .order_by(order, Lecture.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def neighbours(
    session: Session, lectures: Sequence[Lecture], zone: ZoneInfo
) -> dict[int, list[Lecture]]:
    """For each lecture, the other lectures of its instructor on the same local day."""
    if not lectures:
        return {}
    day = timedelta(days=1)
    query = (
        select(Lecture)
        .where(
            Lecture.instructor_id.in_({one.instructor_id for one in lectures}),
            Lecture.state.in_([State.REQUESTED, State.CONFIRMED]),
            Lecture.starts_at >= min(one.starts_at for one in lectures) - day,
            Lecture.starts_at <= max(one.starts_at for one in lectures) + day,
        )
        .options(joinedload(Lecture.organisation))
        .order_by(Lecture.starts_at)
    )
    others = session.scalars(query).all()
    return {
        one.id: [
            other
            for other in others
            if other.id != one.id
            and other.instructor_id == one.instructor_id
            and local_date(other.starts_at, zone) == local_date(one.starts_at, zone)
        ]
        for one in lectures
    }


def known_uids(session: Session, uids: Sequence[str]) -> frozenset[str]:
    """Of iCalendar UIDs (at most some thousands), those of lectures of this installation."""
    return frozenset(session.scalars(select(Lecture.uid).where(Lecture.uid.in_(uids))))
