"""Days that are closed whatever the hours say: terms, suspensions, topics, caps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.availability.engine.closures import DayGate
from booking.availability.engine.limits import (
    Caps,
    DaySpan,
    Limits,
    counted_days,
    month_key,
    quarter_key,
    week_key,
    year_key,
)
from booking.availability.engine.offers import WhyNot

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 31)
SPAN = DaySpan(FIRST, LAST)
ENDS = [FIRST - DAY, FIRST, LAST, LAST + DAY]
THURSDAY = date(2026, 12, 31)


def closed(limits: Limits, days: list[date], topic: DaySpan | None = None) -> list[WhyNot | None]:
    gate = DayGate(limits, topic=topic or DaySpan())
    return [gate.closed(day) for day in days]


def test_both_days_of_a_term_count() -> None:
    out = WhyNot.OUTSIDE_TERM

    assert closed(Limits(terms=(SPAN,)), ENDS) == [out, None, None, out]


def test_without_any_term_none_is_needed_and_one_of_several_is_enough() -> None:
    assert closed(Limits(), ENDS) == [None] * 4
    assert closed(Limits(terms=(SPAN, DaySpan(LAST + DAY, LAST + DAY))), ENDS)[1:] == [None] * 3


def test_both_days_of_a_suspension_count() -> None:
    out = WhyNot.SUSPENDED

    assert closed(Limits(suspensions=(SPAN,)), ENDS) == [None, out, out, None]
    assert closed(Limits(suspensions=(DaySpan(FIRST),)), ENDS) == [None, out, out, out]


def test_both_days_of_a_topic_count() -> None:
    out = WhyNot.TOPIC_NOT_VALID

    assert closed(Limits(), ENDS, SPAN) == [out, None, None, out]
    assert closed(Limits(), ENDS, DaySpan(None, LAST)) == [None, None, None, out]


@pytest.mark.parametrize(
    ("caps", "reason", "full", "free"),
    [
        (Caps(day=1), WhyNot.DAY_FULL, [THURSDAY], [THURSDAY - DAY, THURSDAY + DAY]),
        # A week runs from Monday to Sunday, also over the end of the year.
        (Caps(week=1), WhyNot.WEEK_FULL, [date(2026, 12, 28), date(2027, 1, 3)],
         [date(2026, 12, 27), date(2027, 1, 4)]),
        (Caps(month=1), WhyNot.MONTH_FULL, [date(2026, 12, 1), THURSDAY],
         [date(2026, 11, 30), date(2027, 1, 1), date(2025, 12, 31)]),
        (Caps(year=1), WhyNot.YEAR_FULL, [date(2026, 1, 1), THURSDAY],
         [date(2025, 12, 31), date(2027, 1, 1)]),
        (Caps(branch_quarter=1), WhyNot.BRANCH_QUARTER_FULL, [date(2026, 10, 1), THURSDAY],
         [date(2026, 9, 30), date(2027, 1, 1), date(2025, 12, 31)]),
    ],
    ids=["day", "week", "month", "year", "quarter"],
)  # fmt: skip
def test_the_ends_of_what_a_cap_counts(
    caps: Caps, reason: WhyNot, full: list[date], free: list[date]
) -> None:
    gate = DayGate(Limits(caps=caps), taken=[(THURSDAY, 1)], branch=[(THURSDAY, 1)])

    assert [gate.closed(day) for day in full] == [reason] * len(full)
    assert [gate.closed(day) for day in free] == [None] * len(free)


@pytest.mark.parametrize(("taken", "reason"), [(0, None), (1, None), (2, WhyNot.DAY_FULL),
                                               (3, WhyNot.DAY_FULL)])  # fmt: skip
def test_a_cap_of_two_allows_two(taken: int, reason: WhyNot | None) -> None:
    gate = DayGate(
        Limits(caps=Caps(day=2)), taken=[(THURSDAY, lecture) for lecture in range(taken)]
    )

    assert gate.closed(THURSDAY) == reason


def test_the_quota_counts_only_the_lectures_of_the_branch() -> None:
    gate = DayGate(Limits(caps=Caps(branch_quarter=1)), taken=[(THURSDAY, 1)], branch=[])

    assert gate.closed(THURSDAY) is None


KEYS = (lambda day: day, week_key, month_key, year_key, quarter_key)
days = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@given(days, days, days)
def test_every_day_that_shares_a_count_is_read(one: date, other: date, far: date) -> None:
    first, last = sorted((one, other))
    read = counted_days(first, last)

    assert first in read
    assert last in read
    if far not in read:
        assert not any(key(far) in (key(first), key(last)) for key in KEYS)
