"""Seasons for tests, by hand: instructors who are free on weekday mornings, needs in their city."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import Hours, WeeklyHours
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import Availability, Booked
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import day_bounds, local_instant
from booking.season_plans.engine.task import Eligibility, InstructorSchedule, Need, Task

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 21, 1, 0, tzinfo=UTC)
MONDAY = date(2026, 9, 28)
TUESDAY = MONDAY + timedelta(days=1)
HERE = Place("990102", "文化馆")
MORNINGS = Availability(Hours(tuple(WeeklyHours(day, 510, 690) for day in range(5))))
"""8:30 to 11:30: two lectures of 90 minutes at one place."""


def instructor(
    number: int = 1, region: str = "990102", *, booked: tuple[Booked, ...] = ()
) -> InstructorSchedule:
    """An instructor who is free on weekday mornings."""
    return InstructorSchedule(number, region, MORNINGS, booked)


def by(*instructors: int, minutes: int = 90) -> tuple[Eligibility, ...]:
    """Instructors who teach a topic."""
    return tuple(Eligibility(one, 1, minutes) for one in instructors)


def on(*days: date) -> tuple[Interval, ...]:
    """Whole days as windows."""
    return tuple(day_bounds(day, ZONE) for day in days)


def need(
    number: int, eligible: Sequence[Eligibility], windows: tuple[Interval, ...] = on(MONDAY)
) -> Need:
    """A need at one place."""
    return Need(number, number, HERE, windows, tuple(eligible))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant by the wall clock."""
    return local_instant(day, 60 * hour + minute, ZONE)


def held(day: date, hour: int, minute: int, length: int, lecture_id: int = 1) -> Booked:
    """An existing lecture at the same place."""
    start = at(day, hour, minute)
    return Booked(start, start + timedelta(minutes=length), HERE, 99, lecture_id=lecture_id)


def season(needs: Sequence[Need], *instructors: InstructorSchedule) -> Task:
    """A task of five weeks."""
    return Task(
        tuple(needs),
        instructors,
        first=date(2026, 9, 21),
        last=date(2026, 10, 25),
        now=NOW,
        zone=ZONE,
    )


def small_season() -> Task:
    """Three needs: only the first could come late, but first come, first served takes it early."""
    return season(
        [need(1, by(1), on(MONDAY, TUESDAY)), need(2, by(1)), need(3, by(1))], instructor()
    )


def busy_season() -> Task:
    """More needs in two weeks than can be met, too many to try everything."""
    days = on(*(MONDAY + timedelta(days=number) for number in range(25)))
    staff = range(1, 13)
    return season(
        [need(number, by(*staff, minutes=60), days) for number in range(1, 400)],
        *(instructor(number, f"9901{2 + number % 3:02d}") for number in staff),
    )
