"""What an instructor offers: hours, booking rules and busy time become bookable slots. Pure.

`offered` is the one function that lists free times. Pages, searches and the booking
transaction all call it, so that what is shown is what can be booked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.hours import DayKind, Hours, day_bounds, local_date, openings
from booking.availability.intervals import Interval, widen
from booking.availability.slots import free_slots
from booking.availability.workdays import earliest_after_notice


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
    """Minutes kept free on both sides of a lecture."""


DEFAULT_RULES = BookingRules()


@dataclass(frozen=True, slots=True)
class Availability:
    """Everything about one instructor's time except what is already taken."""

    hours: Hours
    rules: BookingRules = DEFAULT_RULES


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
    busy: Sequence[Interval],
    *,
    minutes: int,
    first: date,
    last: date,
    now: datetime,
    zone: ZoneInfo,
) -> list[Interval]:
    """The slots of `minutes` that can be booked from day `first` to day `last`, inclusive.

    `busy` are the instructor's holds as half-open intervals, without buffer. Sorted by
    start; slots of one opening overlap each other when the step is shorter than they are.
    """
    rules = availability.rules
    not_before, not_after = bookable_window(rules, now=now, zone=zone, days=availability.hours.days)
    first = max(first, local_date(not_before, zone))
    last = min(last, local_date(not_after - timedelta(microseconds=1), zone))
    if last < first:
        return []
    gap = timedelta(minutes=rules.buffer_minutes)
    return free_slots(
        openings(availability.hours, first, last, zone),
        widen(busy, gap, gap) if gap else busy,
        minutes=minutes,
        step=rules.step_minutes,
        not_before=not_before,
        not_after=not_after,
    )
