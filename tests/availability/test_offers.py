"""The window of booking, and that what is offered is exactly what the rules allow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.availability.engine.closures import bookable_window
from booking.availability.engine.hours import DayKind, Hours, WeeklyHours
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import Availability, Booked, BookingRules, SlotRequest
from booking.availability.engine.slots import offered

ZONE = ZoneInfo("Asia/Shanghai")
FESTIVAL = {date(2026, 2, 14): DayKind.WORK, date(2026, 2, 28): DayKind.WORK} | {
    date(2026, 2, day): DayKind.OFF for day in range(15, 24)
}
DAY = timedelta(days=1)


def local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """An instant by the wall clock of the installation."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def window(now: datetime, **rules: int) -> Interval:
    return bookable_window(BookingRules(**rules), now=now, zone=ZONE, days=FESTIVAL)


@pytest.mark.parametrize(
    ("today", "notice", "first"),
    [
        (date(2026, 2, 2), 3, date(2026, 2, 5)),  # Monday: Thursday
        (date(2026, 2, 5), 3, date(2026, 2, 10)),  # Thursday: over the weekend
        (date(2026, 2, 12), 2, date(2026, 2, 14)),  # Friday and the Saturday that is worked
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # over the festival
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 2, 26), 3, date(2026, 3, 2)),  # Fri, Sat 28 (worked), Mon
        (date(2026, 2, 15), 0, date(2026, 2, 15)),
    ],
)
def test_notice_counts_working_days(today: date, notice: int, first: date) -> None:
    for moment in (local(today), local(today, 23, 59)):
        opens, _closes = window(moment, notice_days=notice)
        assert opens == max(moment, local(first))


def test_without_notice_the_window_begins_now() -> None:
    now = local(date(2026, 2, 2), 10, 7)

    assert window(now, notice_days=0)[0] == now


def test_the_last_day_of_the_horizon_counts_whole() -> None:
    now = local(date(2026, 2, 2), 23, 59)

    assert window(now, horizon_days=90)[1] == local(date(2026, 5, 4))  # the end of 3 May
    assert window(now, notice_days=0, horizon_days=1)[1] == local(date(2026, 2, 4))


def offers(
    now: datetime, busy: list[Interval], minutes: int = 60, step: int = 30, buffer: int = 0
) -> list[Interval]:
    """Slots on Thursday 2026-02-05, when somebody is there from 8 to 12."""
    hours = Hours(weekly=(WeeklyHours(3, 480, 720),), days=FESTIVAL)
    day = date(2026, 2, 5)
    rules = BookingRules(step_minutes=step, buffer_minutes=buffer)
    booked = [Booked(*hold, lecture_id=number) for number, hold in enumerate(busy)]
    known = Availability(hours, rules)
    return offered(known, booked, SlotRequest(minutes), first=day, last=day, now=now, zone=ZONE)


def starts(slots: list[Interval]) -> list[str]:
    return [f"{start.astimezone(ZONE):%H:%M}" for start, _end in slots]


NOW = local(date(2026, 2, 2), 10)
THURSDAY = date(2026, 2, 5)


@pytest.mark.parametrize(
    ("buffer", "expected"),
    [
        (0, ["08:00", "08:30", "10:00", "10:30", "11:00"]),
        # A full buffer on both sides: 8:30 would end at the very start of the lecture.
        (1, ["08:00", "10:30", "11:00"]),
        (30, ["08:00", "10:30", "11:00"]),
        (31, ["11:00"]),
        (60, ["11:00"]),
        (61, []),
    ],
)
def test_the_buffer_keeps_its_distance_on_both_sides(buffer: int, expected: list[str]) -> None:
    taken = [(local(THURSDAY, 9, 30), local(THURSDAY, 10))]

    assert starts(offers(NOW, taken, buffer=buffer)) == expected


def test_a_busy_time_of_the_day_before_reaches_over_with_its_buffer() -> None:
    taken = [(local(THURSDAY) - timedelta(hours=1), local(THURSDAY, 7, 30))]

    assert starts(offers(NOW, taken, buffer=60))[0] == "08:30"


def test_nothing_is_offered_outside_the_window() -> None:
    assert starts(offers(NOW, []))[0] == "08:00"
    assert offers(NOW + DAY, []) == []  # two days of notice are too few
    assert offers(NOW - 91 * DAY, []) == []
    assert starts(offers(local(THURSDAY, 9) - 88 * DAY, [])) == starts(offers(NOW, []))


minutes_of_day = st.integers(-120, 1560)


@given(
    busy=st.lists(st.tuples(minutes_of_day, st.integers(1, 300)), max_size=6),
    minutes=st.integers(15, 240),
    step=st.sampled_from([15, 30, 60]),
    buffer=st.integers(0, 120),
)
def test_offers_are_exactly_the_starts_that_the_rules_allow(
    busy: list[tuple[int, int]], minutes: int, step: int, buffer: int
) -> None:
    midnight = local(THURSDAY)
    taken = [
        (midnight + timedelta(minutes=start), midnight + timedelta(minutes=start + length))
        for start, length in busy
    ]
    expected = [
        start
        for start in range(480, 720, step)
        if start + minutes <= 720
        and all(
            start + minutes + buffer <= begin or start >= begin + length + buffer
            for begin, length in busy
        )
    ]

    found = offers(NOW, taken, minutes=minutes, step=step, buffer=buffer)

    assert [(start - midnight) // timedelta(minutes=1) for start, _end in found] == expected
    assert {end - start for start, end in found} <= {timedelta(minutes=minutes)}
