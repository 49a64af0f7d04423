"""Periods of an address."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.dossiers.lists.engine.periods import (
    MOST_SHORTER,
    FiledPeriod,
    choices,
    chosen,
    read_period,
    shorter,
)

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("choice", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_bounds(choice: str, first: date, last: date) -> None:
    period = chosen(choice)
    assert period is not None
    assert (period.first, period.last, period.choice) == (first, last, choice)


@pytest.mark.parametrize(
    "text", ["", "26", "2026-H3", "2026-Q0", "2026-13", "1999", "٢٠٢٦", "2026 "]
)
def test_what_is_no_period(text: str) -> None:
    assert chosen(text) is None


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_parts_of_a_year_make_the_year(today: date) -> None:
    year = str(today.year)
    for parts in (["H1", "H2"], ["Q1", "Q2", "Q3", "Q4"], [f"{one:02d}" for one in range(1, 13)]):
        found = [period for part in parts if (period := chosen(f"{year}-{part}"))]
        assert found[0].first == date(today.year, 1, 1)
        assert found[-1].last == date(today.year, 12, 31)
        for one, following in pairwise(found):
            assert one.last + timedelta(days=1) == following.first


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_any_address_is_read(period: str, first: str, last: str) -> None:
    found = read_period({"period": period, "from": first, "to": last}, TODAY).period
    assert found.first <= found.last
    again = read_period(found.typed(), TODAY)
    assert (again.period, again.wrong) == (found, frozenset())


def test_all_choices_are_periods() -> None:
    assert None not in [chosen(one) for one in choices(TODAY)]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("2026", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
        ("2026-H2", ["2026-Q3", "2026-Q4"]),
        ("2026-Q1", ["2026-01", "2026-02", "2026-03"]),
        ("2026-02", []),
    ],
)
def test_shorter_ones(choice: str, expected: list[str]) -> None:
    period = chosen(choice)
    assert period is not None
    assert [one.choice for one in shorter(period)] == expected


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(0, 36_000))
def test_shorter_ones_follow_each_other_and_hold_the_last_day(first: date, days: int) -> None:
    period = FiledPeriod(first, min(first + timedelta(days=days), date(2100, 12, 31)))
    found = shorter(period)
    assert all(one.days < period.days for one in found)
    if not found:
        # Two months that begin or end within it are as long as the period itself.
        assert period.days <= 31
        return
    assert found[-1].first <= period.last <= found[-1].last
    assert found[0].first <= period.first or len(found) == MOST_SHORTER
    assert all(one.last + timedelta(days=1) == two.first for one, two in pairwise(found))
