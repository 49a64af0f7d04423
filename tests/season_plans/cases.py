"""Small random seasons for property tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from booking.availability.engine.hours import Hours, WeeklyHours
from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import EVERY_DAY, Caps, DaySpan, Limits
from booking.availability.engine.offers import Availability, Booked, BookingRules
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_instant
from booking.season_plans.engine.task import (
    Eligibility,
    Exclusion,
    InstructorSchedule,
    Need,
    Pin,
    Task,
)

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 21, 1, 0, tzinfo=UTC)
MONDAY = date(2026, 9, 28)
"""Of this week two days are used, on both sides of the end of a quarter, so that needs compete."""
DAYS = [MONDAY + timedelta(days=number) for number in range(2, 4)]

PLACES = [
    None,
    Place("990102", "文化馆"),
    Place("990102"),
    Place("990121", "学校"),
    Place("990100", "礼堂"),
    Place("990202", "文化馆"),
]
HOMES = ["990102", "990121", "990202", "990100"]
BLOCKS = [(510, 720), (840, 1050), (510, 630), (840, 930)]
MAYBE_ONE_OR_TWO = st.sampled_from([None, None, None, 1, 2])


@st.composite
def tasks(draw: st.DrawFn, *, most_needs: int = 5, most_instructors: int = 3) -> Task:
    """A task with a few needs and instructors, pins and exclusions."""
    instructors = tuple(
        draw(_instructors(number)) for number in range(draw(st.integers(1, most_instructors)))
    )
    ids = [one.id for one in instructors]
    needs = tuple(draw(_needs(number, ids)) for number in range(draw(st.integers(1, most_needs))))
    return Task(
        needs,
        instructors,
        first=date(2026, 9, 21),
        last=date(2026, 10, 31),
        now=NOW,
        zone=ZONE,
        pins=tuple(draw(_pins(needs, ids))),
        exclusions=tuple(draw(_exclusions(needs, ids))),
    )


@st.composite
def _instructors(draw: st.DrawFn, number: int) -> InstructorSchedule:
    blocks = draw(
        st.lists(st.tuples(st.integers(2, 3), st.sampled_from(BLOCKS)), min_size=2, max_size=4)
    )
    caps = Caps(*(draw(MAYBE_ONE_OR_TWO) for _ in range(5)))
    rules = BookingRules(
        step_minutes=draw(st.sampled_from([30, 45])),
        buffer_minutes=draw(st.sampled_from([0, 30, 90])),
    )
    hours = Hours(tuple(WeeklyHours(day, *block) for day, block in dict.fromkeys(blocks)))
    booked = draw(st.lists(_booked(100 * (number + 1)), max_size=2))
    limits = Limits(
        terms=draw(st.sampled_from([(), (), (), (DaySpan(DAYS[1]),)])),
        suspensions=draw(st.sampled_from([(), (), (), (DaySpan(DAYS[0], DAYS[0]),)])),
        caps=caps,
    )
    return InstructorSchedule(
        10 + number,
        draw(st.sampled_from(HOMES)),
        Availability(hours, rules, limits),
        tuple(booked),
    )


@st.composite
def _booked(draw: st.DrawFn, base: int) -> Booked:
    start = local_instant(draw(st.sampled_from(DAYS)), draw(st.integers(28, 66)) * 15, ZONE)
    return Booked(
        start,
        start + timedelta(minutes=60),
        draw(st.sampled_from(PLACES)),
        draw(st.integers(1, 2)),
        lecture_id=base + draw(st.integers(0, 9)),
    )


@st.composite
def _needs(draw: st.DrawFn, number: int, ids: list[int]) -> Need:
    some = st.lists(st.sampled_from(ids), unique=True, min_size=draw(st.integers(0, len(ids))))
    return Need(
        number,
        draw(st.integers(1, 2)),
        draw(st.sampled_from(PLACES)),
        tuple(draw(st.lists(_windows(), min_size=1, max_size=2))),
        tuple(draw(_eligible(one)) for one in draw(some)),
        tuple(draw(_eligible(one)) for one in draw(some)),
    )


@st.composite
def _windows(draw: st.DrawFn) -> Interval:
    day = draw(st.sampled_from(DAYS))
    first, last = draw(st.sampled_from([(0, 1440), (480, 720), (780, 1080)]))
    return local_instant(day, first, ZONE), local_instant(day, last, ZONE)


@st.composite
def _eligible(draw: st.DrawFn, instructor_id: int) -> Eligibility:
    span = draw(st.sampled_from([EVERY_DAY, EVERY_DAY, DaySpan(DAYS[1])]))
    minutes = draw(st.sampled_from([60, 90, 120]))
    return Eligibility(instructor_id, 7 * instructor_id + minutes, minutes, span)


def _pins(needs: tuple[Need, ...], ids: list[int]) -> st.SearchStrategy[list[Pin]]:
    pin = st.builds(
        Pin, st.sampled_from([need.id for need in needs]), st.sampled_from(ids), _starts()
    )
    return st.lists(pin, max_size=1)


def _exclusions(needs: tuple[Need, ...], ids: list[int]) -> st.SearchStrategy[list[Exclusion]]:
    need = st.sampled_from([one.id for one in needs])
    who = st.sampled_from(ids)
    return st.lists(
        st.one_of(
            st.builds(Exclusion, need, who),
            st.builds(Exclusion, need, who, _starts()),
            st.builds(Exclusion, need, who, st.none(), st.sampled_from(DAYS)),
            st.builds(Exclusion, need),
        ),
        max_size=2,
    )


def _starts() -> st.SearchStrategy[datetime]:
    return st.builds(
        lambda day, minute: local_instant(day, minute, ZONE),
        st.sampled_from(DAYS),
        st.sampled_from([510, 540, 570, 600, 840, 870, 900]),
    )
