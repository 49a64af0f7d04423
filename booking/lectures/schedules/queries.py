"""Read queries: hours, rules and holds of instructors, and the times that can be booked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import counted_days
from booking.availability.engine.offers import Availability, Booked, Refused, SlotRequest
from booking.availability.engine.slots import SlotFinder, nearest, offered, why_not
from booking.availability.engine.zones import day_bounds, local_date
from booking.availability.queries import availabilities
from booking.lectures.schedules.holds import booked

NEAREST_WITHIN = timedelta(days=14)


NEARBY = timedelta(days=3)


NEAREST_COUNT = 3


NOTICE_MARGIN = timedelta(days=45)
"""Days read after the last requested day, so that they contain the lead time."""


@dataclass(frozen=True, slots=True)
class Schedules:
    """Hours, rules and holds of some instructors, loaded once, for any slot request."""

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
        """The bookable slots of an instructor, `first` to `last` inclusive, of the loaded days."""
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
        """The first bookable slot that starts on the local day `since` or later."""
        first = max(self.first, since)
        finder = SlotFinder(first=first, last=self.last, now=self.now, zone=self.zone)
        availability, taken = self.known[instructor_id], self.taken.get(instructor_id, [])
        return next(finder.each(availability, taken, slot_request), None)

    def nearest(
        self, instructor_id: int, slot_request: SlotRequest, wanted: datetime
    ) -> list[Interval]:
        """The `NEAREST_COUNT` bookable slots nearest to `wanted`, of the loaded days.

        A few days around it are searched first: a slot outside them cannot be nearer than
        one that is at least a day inside their bounds.
        """
        day = local_date(wanted, self.zone)
        first, last = day - NEARBY, day + NEARBY
        slots = nearest(
            self.offered(instructor_id, slot_request, first, last), wanted, NEAREST_COUNT
        )
        certain = NEARBY - timedelta(days=1)
        if len(slots) == NEAREST_COUNT and all(abs(slot[0] - wanted) < certain for slot in slots):
            return slots
        return nearest(self.offered(instructor_id, slot_request), wanted, NEAREST_COUNT)

    def why_not(
        self, instructor_id: int, slot_request: SlotRequest, start: datetime
    ) -> Refused | None:
        """The rule that closes a start on one of the loaded days; None if it is bookable."""
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
    """The schedules of some instructors for the days `first` to `last`, inclusive.

    Two queries, whatever the number of instructors. Pages, searches and the booking
    transaction all use this.
    """
    by_instructor = hours(session, instructor_ids, first=first, last=last, now=now, zone=zone)
    return with_bookings(session, by_instructor, first=first, last=last, now=now, zone=zone)


def with_bookings(
    session: Session,
    by_instructor: dict[int, Availability],
    *,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
) -> Schedules:
    """The schedules of instructors whose `hours` for these days are loaded. One query."""
    taken = bookings(session, by_instructor, first=first, last=last, zone=zone)
    return Schedules(now, zone, first, last, by_instructor, taken)


def hours(
    session: Session,
    instructor_ids: Collection[int],
    *,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
) -> dict[int, Availability]:
    """Availability by instructor id for the days `first` to `last`, without holds. One query."""
    today = local_date(now, zone)
    calendar_span = min(first, today), max(last, today) + NOTICE_MARGIN
    return availabilities(session, instructor_ids, first, last, calendar_span=calendar_span)


def bookings(
    session: Session,
    by_instructor: Mapping[int, Availability],
    *,
    first: date,
    last: date,
    zone: ZoneInfo,
) -> dict[int, list[Booked]]:
    """Holds by instructor id, including those that count against caps. One query."""
    capped = any(availability.limits.caps.any for availability in by_instructor.values())
    since, until = _with_margin(first, last, zone)
    span = counted_days(first, last)
    counted = _with_margin(span.first or first, span.last or last, zone) if capped else None
    return booked(session, by_instructor, since, until, counted=counted)


def _with_margin(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Bounds of the days with two more on each side: covers buffers, travel and zone offsets."""
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
    """Bookable slots by instructor id, days `first` to `last`, for one slot request."""
    loaded = schedules(session, instructor_ids, first=first, last=last, now=now, zone=zone)
    return {
        instructor_id: loaded.offered(instructor_id, slot_request)
        for instructor_id in instructor_ids
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
    """Load the days around `wanted` and return the nearest slots: see `nearest_times`."""
    day = max(local_date(wanted, zone), local_date(now, zone))
    first, last = day - NEAREST_WITHIN, day + NEAREST_WITHIN
    schedule = schedules(session, [instructor_id], first=first, last=last, now=now, zone=zone)
    return nearest_times(session, schedule, instructor_id, slot_request=slot_request, wanted=wanted)


def nearest_times(
    session: Session,
    schedule: Schedules,
    instructor_id: int,
    *,
    slot_request: SlotRequest,
    wanted: datetime,
) -> list[Interval]:
    """The bookable slots nearest to `wanted`, of the days that are loaded around it.

    Only if these contain too few, all days up to the horizon are loaded, with two more
    queries: the usual response to a lost race for a slot costs no further query.
    """
    nearest_loaded = schedule.nearest(instructor_id, slot_request, wanted)
    today = local_date(schedule.now, schedule.zone)
    last = today + timedelta(days=schedule.known[instructor_id].rules.horizon_days)
    if len(nearest_loaded) == NEAREST_COUNT or (schedule.first <= today and last <= schedule.last):
        return nearest_loaded
    all_days = schedules(
        session, [instructor_id], first=today, last=last, now=schedule.now, zone=schedule.zone
    )
    return all_days.nearest(instructor_id, slot_request, wanted)
