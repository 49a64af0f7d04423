"""What an instructor offers: hours, rules and bookings become bookable slots. Pure.

`offered` is the one function that lists free times, and `why_not` reads the same rules to
say which one closes a time. Pages, searches and the booking transaction all call them, so
that what is shown is what can be booked.
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


@dataclass(frozen=True, slots=True)
class BookingRules:
    """How an instructor takes bookings."""

    step_minutes: int = 30
    """Slots begin at whole steps from the beginning of an opening."""
    notice_days: int = 3
    """Working days between the request and the lecture (domain rule 4)."""
    horizon_days: int = 90
    """Calendar days ahead, the last one included."""
    buffer_minutes: int = 0
    """Minutes kept free between two lectures, at least; the way may need more."""
    shortest_minutes: int = 15
    longest_minutes: int = 480


DEFAULT_RULES = BookingRules()
NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Availability:
    """Everything about one instructor's time except what is already taken."""

    hours: Hours
    rules: BookingRules = DEFAULT_RULES
    limits: Limits = NO_LIMITS
    external_busy: Sequence[Interval] = ()
    """When calendars kept elsewhere say busy. They close just their time: whatever buffer or
    way a private matter needs, its owner has put into it."""


@dataclass(frozen=True, slots=True)
class Booked:
    """A hold: [start, end), where it is (None: online), and for which branch."""

    start: datetime
    end: datetime
    place: Place | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class SlotRequest:
    """What is asked for. Without a branch its quota is not looked at."""

    minutes: int
    place: Place | None = None
    """None is online: no way to travel."""
    organisation_id: int | None = None
    topic: DaySpan = field(default=ALWAYS)
    """The days on which the topic is offered."""


class WhyNot(enum.StrEnum):
    """Which rule closes a time."""

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
    """The rule that closes a time, and what of it can help to choose another."""

    why: WhyNot
    beside: Booked | None = None
    """The booking that is in the way, if one is."""
    day: date | None = None
    """The first day that gives the notice, the last one of the horizon, or the day off."""
    fits: datetime | None = None
    """The first time on offer after the wanted one, of those that begin on its day, where the
    way is too long: no more than the list of times tells."""


_OF_HOURS = {
    ClosedBecause.HOLIDAY: WhyNot.HOLIDAY,
    ClosedBecause.CLOSED_OVERRIDE: WhyNot.CLOSED_DAY,
    ClosedBecause.OUTSIDE_HOURS: WhyNot.OUTSIDE_HOURS,
}


def bookable_window(
    rules: BookingRules, *, now: datetime, zone: ZoneInfo, days: Mapping[date, DayKind]
) -> Interval:
    """The half-open stretch of time in which a request made at `now` may lie.

    It begins with the first day that gives the notice (but never before `now`) and ends
    with the last day of the horizon.
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

    A slot belongs to the day on which it begins; it may end after midnight. Steps count from
    the beginning of an opening, and anew from each midnight, so that a time is on offer
    whatever span of days is asked for. `booked` are the instructor's holds, those of the whole
    `counted_days` where caps are set. Slots of one opening overlap each other when the step is
    shorter than they are.
    """
    rules = availability.rules
    if not rules.shortest_minutes <= slot_request.minutes <= rules.longest_minutes:
        return []
    not_before, not_after = bookable_window(rules, now=now, zone=zone, days=availability.hours.days)
    first = max(first, local_date(not_before, zone))
    last = min(last, local_date(not_after - timedelta(microseconds=1), zone))
    if last < first:
        return []
    ends = last + timedelta(days=1 + slot_request.minutes // DAY_MINUTES)
    opened = openings(availability.hours, first, ends, zone)
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
    verdicts: dict[date, bool] = {}
    kept = []
    for slot in slots:
        day = local_date(slot[0], zone)
        if day not in verdicts:
            verdicts[day] = first <= day <= last and gate.closed(day) is None
        if verdicts[day]:
            kept.append(slot)
    return kept


def why_not(
    availability: Availability,
    booked: Sequence[Booked],
    slot_request: SlotRequest,
    start: datetime,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Refused | None:
    """Which rule closes [start, start + minutes), the most telling first; None: it is offered."""
    day = local_date(start, zone)
    slots = offered(availability, booked, slot_request, first=day, last=day, now=now, zone=zone)
    wanted = (start, start + timedelta(minutes=slot_request.minutes))
    if wanted in slots:
        return None
    return (
        _by_window(availability, slot_request, wanted, now, zone)
        or _by_bookings(availability, booked, slot_request, wanted, slots)
        or _by_day(availability, booked, slot_request, day, zone)
        or _by_hours(availability, wanted, zone)
    )


def _by_window(
    availability: Availability,
    slot_request: SlotRequest,
    wanted: Interval,
    now: datetime,
    zone: ZoneInfo,
) -> Refused | None:
    rules = availability.rules
    window = bookable_window(rules, now=now, zone=zone, days=availability.hours.days)
    if wanted[0] < now:
        return Refused(WhyNot.PAST)
    if wanted[0] < window[0]:
        return Refused(WhyNot.NOTICE, day=local_date(window[0], zone))
    if wanted[1] > window[1]:
        last = local_date(window[1] - timedelta(microseconds=1), zone)
        return Refused(WhyNot.HORIZON, day=last)
    if not rules.shortest_minutes <= slot_request.minutes <= rules.longest_minutes:
        return Refused(WhyNot.LENGTH)
    return None


def _by_bookings(
    availability: Availability,
    booked: Sequence[Booked],
    slot_request: SlotRequest,
    wanted: Interval,
    slots: Sequence[Interval],
) -> Refused | None:
    for one in booked:
        if overlaps(wanted, (one.start, one.end)):
            return Refused(WhyNot.TAKEN, one)
    buffer = availability.rules.buffer_minutes
    for why, place in ((WhyNot.BUFFER, None), (WhyNot.TRAVEL, slot_request.place)):
        for one, kept in zip(booked, kept_free(booked, place, buffer), strict=True):
            if not overlaps(wanted, kept):
                continue
            if why is WhyNot.BUFFER:
                return Refused(why, one)
            later = (slot[0] for slot in slots if slot[0] > wanted[0])
            return Refused(why, one, fits=next(later, None))
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


def _by_hours(availability: Availability, wanted: Interval, zone: ZoneInfo) -> Refused:
    closed = why_closed(availability.hours, *wanted, zone)
    if closed is ClosedBecause.HOLIDAY:
        return Refused(WhyNot.HOLIDAY, day=_day_off(availability.hours, wanted, zone))
    if closed is not None:
        return Refused(_OF_HOURS[closed])
    # Told last, so that nobody learns of private matters outside the hours on offer.
    if any(overlaps(wanted, span) for span in availability.external_busy):
        return Refused(WhyNot.PRIVATE)
    return Refused(WhyNot.OFF_GRID)


def _day_off(hours: Hours, wanted: Interval, zone: ZoneInfo) -> date:
    """The first day of the wanted time on which a holiday closes something."""
    day, last = local_date(wanted[0], zone), local_date(wanted[1], zone)
    while hours.days.get(day) != DayKind.OFF and day < last:
        day += timedelta(days=1)
    return day


def day_gate(
    limits: Limits, booked: Sequence[Booked], slot_request: SlotRequest, zone: ZoneInfo
) -> DayGate:
    """What closes whole days, with the bookings that count against caps."""
    if not limits.caps.any:
        return DayGate(limits, topic=slot_request.topic)
    mine = slot_request.organisation_id
    return DayGate(
        limits,
        topic=slot_request.topic,
        taken=[local_date(one.start, zone) for one in booked],
        branch=[
            local_date(one.start, zone)
            for one in booked
            if mine is not None and one.organisation_id == mine
        ],
    )


def midnights(opened: Sequence[Interval], zone: ZoneInfo) -> list[datetime]:
    """The midnights within sorted openings, sorted."""
    found = []
    for start, end in opened:
        day, last = local_date(start, zone), local_date(end - timedelta(microseconds=1), zone)
        # Hardly any opening goes on over midnight, and looking for midnights takes its time.
        while day < last:
            day += timedelta(days=1)
            found.append(local_instant(day, 0, zone))
    return found


def kept_free(booked: Sequence[Booked], place: Place | None, buffer_minutes: int) -> list[Interval]:
    """The bookings with the way (or the buffer) on both sides."""
    kept = []
    for one in booked:
        gap = timedelta(minutes=gap_minutes(place, one.place, buffer_minutes))
        kept.append((one.start - gap, one.end + gap))
    return kept
