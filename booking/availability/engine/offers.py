"""The bookable slots of an instructor, from hours, rules and holds. Pure.

`offered` is the one function that lists slots, and `why_not` applies the same rules to name the one
that closes a time. Pages, searches and the booking transaction all call them, so that every slot
shown can be booked.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import (
    DAY_MINUTES,
    ClosedBecause,
    DayKind,
    Hours,
    day_bounds,
    local_date,
    local_instant,
    openings,
    why_closed,
)
from booking.availability.engine.intervals import Interval, overlaps
from booking.availability.engine.limits import ALWAYS, DayClosed, DayGate, DaySpan, Limits
from booking.availability.engine.slots import free_slots
from booking.availability.engine.travel import Place, gap_minutes
from booking.availability.engine.workdays import earliest_after_notice

LONGEST_HORIZON = timedelta(days=365)
"""How far ahead an instructor can take bookings at most."""


@dataclass(frozen=True, slots=True)
class BookingRules:
    """How an instructor takes bookings."""

    step_minutes: int = 30
    """Slots start at multiples of this from the start of an opening."""
    notice_days: int = 3
    """Working days between the request and the lecture (domain rule 4)."""
    horizon_days: int = 90
    """Calendar days ahead that can be booked, the last one included."""
    buffer_minutes: int = 0
    """Minimum minutes kept free between two lectures; travel may need more."""
    shortest_minutes: int = 15
    longest_minutes: int = 480


DEFAULT_RULES = BookingRules()
NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Availability:
    """Everything about one instructor's time except holds."""

    hours: Hours
    rules: BookingRules = DEFAULT_RULES
    limits: Limits = NO_LIMITS
    external_busy: Sequence[Interval] = ()
    """Busy times of external calendars. They close exactly their own time: no buffer or travel time
    is added, because their owner has already included what they need."""


@dataclass(frozen=True, slots=True)
class Booked:
    """A hold: [start, end), its place (None: online) and its organisation."""

    start: datetime
    end: datetime
    place: Place | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class SlotRequest:
    """What a slot is requested for. Without an organisation its cap is not checked."""

    minutes: int
    place: Place | None = None
    """None is online: no travel time."""
    organisation_id: int | None = None
    topic: DaySpan = field(default=ALWAYS)
    """The days on which the topic is offered."""


class WhyNot(enum.StrEnum):
    """The rule that closes a time."""

    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    LENGTH = "length"
    TAKEN = "taken"
    BUFFER = "buffer"
    TRAVEL = "travel"
    HOLIDAY = "holiday"
    CLOSED_DAY = "closed_day"
    OUTSIDE_HOURS = "outside_hours"
    PRIVATE = "private"
    OFF_GRID = "off_grid"
    OUTSIDE_TERM = "outside_term"
    SUSPENDED = "suspended"
    TOPIC_NOT_VALID = "topic_not_valid"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"
    MONTH_FULL = "month_full"
    YEAR_FULL = "year_full"
    BRANCH_QUARTER_FULL = "branch_quarter_full"


@dataclass(frozen=True, slots=True)
class Refused:
    """The rule that closes a time, with details that help to choose another."""

    why: WhyNot
    beside: Booked | None = None
    """The conflicting hold, if there is one."""
    day: date | None = None
    """The first day that satisfies the notice, the last of the horizon, or the day off."""
    fits: datetime | None = None
    """Where travel takes too long: the first offered start after the requested one on the same day.
    It reveals no more than the list of slots does."""


_WHY_HOURS_CLOSE = {
    ClosedBecause.HOLIDAY: WhyNot.HOLIDAY,
    ClosedBecause.CLOSED_OVERRIDE: WhyNot.CLOSED_DAY,
    ClosedBecause.OUTSIDE_HOURS: WhyNot.OUTSIDE_HOURS,
}


def bookable_window(
    rules: BookingRules, *, now: datetime, zone: ZoneInfo, days: Mapping[date, DayKind]
) -> Interval:
    """The half-open interval in which a lecture requested at `now` may lie.

    It starts with the first day that satisfies the notice (but never before `now`) and ends with
    the last day of the horizon.
    """
    today = local_date(now, zone)
    first = earliest_after_notice(today, rules.notice_days, days)
    last = today + timedelta(days=rules.horizon_days)
    return max(now, day_bounds(first, zone)[0]), day_bounds(last, zone)[1]


def offered(
    availability: Availability,
    booked: Sequence[Booked],
    slot_request: SlotRequest,
    *,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
) -> list[Interval]:
    """The slots that can be booked from day `first` to day `last`, inclusive, sorted by start.

    A slot belongs to the day on which it starts; it may end after midnight. The grid restarts at
    the start of each opening and at each midnight, so that slots do not depend on the span of days
    queried. `booked` are the instructor's holds; if caps are set, those of all `counted_days`.
    Slots of one opening overlap each other if the step is shorter than the lecture.
    """
    rules = availability.rules
    if not rules.shortest_minutes <= slot_request.minutes <= rules.longest_minutes:
        return []
    not_before, not_after = bookable_window(rules, now=now, zone=zone, days=availability.hours.days)
    first = max(first, local_date(not_before, zone))
    last = min(last, local_date(not_after - timedelta(microseconds=1), zone))
    if last < first:
        return []
    openings_until = last + timedelta(days=1 + slot_request.minutes // DAY_MINUTES)
    opened = openings(availability.hours, first, openings_until, zone)
    slots = free_slots(
        opened,
        [*kept_free(booked, slot_request.place, rules.buffer_minutes), *availability.external_busy],
        minutes=slot_request.minutes,
        step=rules.step_minutes,
        not_before=not_before,
        not_after=not_after,
        anew=midnights(opened, zone),
    )
    gate = day_gate(availability.limits, booked, slot_request, zone)
    open_days: dict[date, bool] = {}
    open_slots = []
    for slot in slots:
        day = local_date(slot[0], zone)
        if day not in open_days:
            open_days[day] = first <= day <= last and gate.closed(day) is None
        if open_days[day]:
            open_slots.append(slot)
    return open_slots


def why_not(
    availability: Availability,
    booked: Sequence[Booked],
    slot_request: SlotRequest,
    start: datetime,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Refused | None:
    """The rule that closes [start, start + minutes), most informative first; None if offered."""
    day = local_date(start, zone)
    slots = offered(availability, booked, slot_request, first=day, last=day, now=now, zone=zone)
    requested = (start, start + timedelta(minutes=slot_request.minutes))
    if requested in slots:
        return None
    return (
        _by_window(availability, slot_request, requested, now, zone)
        or _by_bookings(availability, booked, slot_request, requested, slots)
        or _by_day(availability, booked, slot_request, day, zone)
        or _by_hours(availability, requested, zone)
    )


def _by_window(
    availability: Availability,
    slot_request: SlotRequest,
    requested: Interval,
    now: datetime,
    zone: ZoneInfo,
) -> Refused | None:
    rules = availability.rules
    window = bookable_window(rules, now=now, zone=zone, days=availability.hours.days)
    if requested[0] < now:
        return Refused(WhyNot.PAST)
    if requested[0] < window[0]:
        return Refused(WhyNot.NOTICE, day=local_date(window[0], zone))
    if requested[1] > window[1]:
        last = local_date(window[1] - timedelta(microseconds=1), zone)
        return Refused(WhyNot.HORIZON, day=last)
    if not rules.shortest_minutes <= slot_request.minutes <= rules.longest_minutes:
        return Refused(WhyNot.LENGTH)
    return None


def _by_bookings(
    availability: Availability,
    booked: Sequence[Booked],
    slot_request: SlotRequest,
    requested: Interval,
    slots: Sequence[Interval],
) -> Refused | None:
    for booking in booked:
        if overlaps(requested, (booking.start, booking.end)):
            return Refused(WhyNot.TAKEN, booking)
    buffer = availability.rules.buffer_minutes
    for why, place in ((WhyNot.BUFFER, None), (WhyNot.TRAVEL, slot_request.place)):
        for booking, blocked in zip(booked, kept_free(booked, place, buffer), strict=True):
            if not overlaps(requested, blocked):
                continue
            if why is WhyNot.BUFFER:
                return Refused(why, booking)
            later = (slot[0] for slot in slots if slot[0] > requested[0])
            return Refused(why, booking, fits=next(later, None))
    return None


def _by_day(
    availability: Availability,
    booked: Sequence[Booked],
    slot_request: SlotRequest,
    day: date,
    zone: ZoneInfo,
) -> Refused | None:
    closed: DayClosed | None = day_gate(availability.limits, booked, slot_request, zone).closed(day)
    return None if closed is None else Refused(WhyNot(closed.value))


def _by_hours(availability: Availability, requested: Interval, zone: ZoneInfo) -> Refused:
    closed = why_closed(availability.hours, *requested, zone)
    if closed is ClosedBecause.HOLIDAY:
        return Refused(WhyNot.HOLIDAY, day=_day_off(availability.hours, requested, zone))
    if closed is not None:
        return Refused(_WHY_HOURS_CLOSE[closed])
    # Checked last, so that private busy times outside the offered hours are not revealed.
    if any(overlaps(requested, span) for span in availability.external_busy):
        return Refused(WhyNot.PRIVATE)
    return Refused(WhyNot.OFF_GRID)


def _day_off(hours: Hours, requested: Interval, zone: ZoneInfo) -> date:
    """The first day of the requested interval that is a statutory day off."""
    day, last = local_date(requested[0], zone), local_date(requested[1], zone)
    while hours.days.get(day) != DayKind.OFF and day < last:
        day += timedelta(days=1)
    return day


def day_gate(
    limits: Limits, booked: Sequence[Booked], slot_request: SlotRequest, zone: ZoneInfo
) -> DayGate:
    """The `DayGate` of these limits, with the holds that count against caps."""
    if not limits.caps.any:
        return DayGate(limits, topic=slot_request.topic)
    organisation_id = slot_request.organisation_id
    return DayGate(
        limits,
        topic=slot_request.topic,
        taken=[local_date(booking.start, zone) for booking in booked],
        branch=[
            local_date(booking.start, zone)
            for booking in booked
            if organisation_id is not None and booking.organisation_id == organisation_id
        ],
    )


def midnights(opened: Sequence[Interval], zone: ZoneInfo) -> list[datetime]:
    """The midnights within sorted openings, sorted."""
    result = []
    for start, end in opened:
        day, last = local_date(start, zone), local_date(end - timedelta(microseconds=1), zone)
        # Few openings cross midnight, and computing midnights is slow.
        while day < last:
            day += timedelta(days=1)
            result.append(local_instant(day, 0, zone))
    return result


def kept_free(booked: Sequence[Booked], place: Place | None, buffer_minutes: int) -> list[Interval]:
    """Each hold, extended on both sides by the larger of travel time and buffer."""
    intervals = []
    for booking in booked:
        gap = timedelta(minutes=gap_minutes(place, booking.place, buffer_minutes))
        intervals.append((booking.start - gap, booking.end + gap))
    return intervals
