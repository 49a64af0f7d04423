"""The pure part of statistics: periods, areas, distributions, what is hidden, charts, addresses."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from booking.accounts.engine.roles import within
from booking.lectures.engine.agreement import ProposalKind
from booking.lectures.engine.states import Party, State
from booking.statistics.engine.areas import (
    NO_FIELD,
    FieldNode,
    field_columns,
    region_rows,
    row_of,
)
from booking.statistics.engine.charts import STEPS, bars, shade
from booking.statistics.engine.distributions import (
    DAY_CLASSES,
    HOUR_CLASSES,
    LOAD_CLASSES,
    classified,
    quartiles,
)
from booking.statistics.engine.filters import (
    WITHOUT_FIELD,
    Behind,
    Filters,
    read_behind,
    read_filters,
)
from booking.statistics.engine.periods import LONGEST_DAYS, Period, read_period, year_of
from booking.statistics.engine.suppression import LEAST, hidden

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2001, 1, 1), date(2100, 12, 31))
CODES = ["990000", "990100", "990102", "990121", "990200", "990202", "980000", "980100", "980101"]


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(DAYS)
    return Period(first, first + timedelta(days=draw(st.integers(0, LONGEST_DAYS - 1))))


@given(periods())
def test_months_are_the_period(period: Period) -> None:
    months = period.months()
    days = [
        month.first + timedelta(days=at)
        for month in months
        for at in range((month.last - month.first).days + 1)
    ]
    every = [period.first + timedelta(days=at) for at in range((period.end - period.first).days)]
    assert days == every
    assert len({(day.year, day.month) for day in days}) == len(months)


@given(periods())
def test_a_period_comes_back_from_its_address(period: Period) -> None:
    assert read_period(period.query(), TODAY) == (period, True)


def test_what_is_no_period_is_this_year() -> None:
    this = year_of(2026)
    assert read_period({}, TODAY) == (this, True)
    for first, last in (
        ("2026-02-30", "2026-03-01"),
        ("2026-03-02", "2026-03-01"),
        ("2024-01-01", "2026-12-31"),
        ("", "2026-03-01"),
        ("20260301", "2026-03-02"),
        ("1026-03-01", "1026-03-02"),
    ):
        assert read_period({"from": first, "to": last}, TODAY) == (this, False)


@given(st.sets(st.sampled_from(CODES)), st.sampled_from(["", *CODES]))
def test_each_region_has_one_row(found: set[str], chosen: str) -> None:
    codes = sorted(found)
    rows = region_rows(codes, chosen)
    assert rows == sorted(rows)
    inside = [code for code in codes if not chosen or within(code, chosen)]
    assert set(rows) <= set(inside)
    # Nothing inside is lost, and each lies in the row that is nearest above it.
    for code in inside:
        row = row_of(code, rows)
        assert row is not None
        assert [one for one in rows if within(code, one) and within(one, row)] == [row]


TREE = (FieldNode(1, "law", ((2, "civil"), (3, "penal"))), FieldNode(4, "health"))


def test_columns_of_fields() -> None:
    everything = field_columns(TREE)
    assert everything.ids == (1, 4, NO_FIELD)
    assert [everything.find(one) for one in (1, 2, 3, 4, None)] == [1, 1, 1, 4, NO_FIELD]
    law = field_columns(TREE, "law")
    assert law.ids == (1, 2, 3)
    assert [law.find(one) for one in (1, 2, 3, 4, None)] == [1, 2, 3, None, None]
    assert field_columns(TREE, "penal").ids == (3,)
    assert field_columns(TREE, "nothing").ids == ()


@given(st.lists(st.integers(-3, 90), max_size=60))
def test_quartiles_are_those_of_the_sorted_list(values: list[int]) -> None:
    counts = {value: values.count(value) for value in values}
    found = quartiles(counts)
    if len(values) < LEAST:
        assert found is None
        return
    assert found is not None
    line, number = sorted(values), len(values)
    ranks = [-(-number * part // 4) - 1 for part in (1, 2, 3)]
    assert [found.lower, found.median, found.upper] == [line[rank] for rank in ranks]


@given(st.lists(st.integers(-3, 90), max_size=60))
def test_each_value_has_one_class(values: list[int]) -> None:
    for classes in (DAY_CLASSES, HOUR_CLASSES, LOAD_CLASSES):
        counts = classified({value: values.count(value) for value in values}, classes)
        expected = [
            sum(
                (one.low <= value or not at) and (one.high is None or value <= one.high)
                for value in values
            )
            for at, one in enumerate(classes)
        ]
        assert counts == expected
        assert sum(counts) == len(values)


@given(st.lists(st.integers(0, 30), max_size=8))
def test_hidden_groups_cannot_be_told_from_the_sum(counts: list[int]) -> None:
    found = hidden(counts)
    assert {at for at, one in enumerate(counts) if 0 < one < LEAST} <= found
    rest = sum(counts[at] for at in found)
    assert (
        rest == 0
        or rest >= LEAST
        or all(counts[at] == 0 or at in found for at in range(len(counts)))
    )


@given(st.lists(st.integers(0, 500), max_size=12))
def test_the_longest_bar_is_whole(values: list[int]) -> None:
    found = bars([(str(at), value) for at, value in enumerate(values)])
    assert [bar.value for bar in found] == values
    assert max((bar.length for bar in found), default=100) == (
        100 if any(values) else 100 * (not values)
    )
    assert all(shade(value, max(values)) in range(STEPS + 1) for value in values)
    assert all((shade(value, max(values)) == 0) == (value == 0) for value in values)


@given(
    st.builds(
        Behind,
        state=st.none() | st.sampled_from(State),
        party=st.none() | st.sampled_from(Party),
        proposed=st.none() | st.sampled_from(Party),
        change=st.none() | st.sampled_from(ProposalKind),
        outcome=st.sampled_from(["", "place"]),
        lead=st.none() | st.integers(0, len(DAY_CLASSES) - 1),
        answer=st.none() | st.integers(0, len(HOUR_CLASSES) - 1),
        own_region=st.booleans(),
        own_field=st.booleans(),
    )
)
def test_what_narrows_comes_back_from_its_address(behind: Behind) -> None:
    assert read_behind(behind.query(), {"place"}) == behind


@given(periods(), st.sampled_from(["", *CODES]), st.sampled_from(["", "law", WITHOUT_FIELD, "x"]))
def test_a_region_or_field_that_cannot_be_chosen_is_no_condition(
    period: Period, region: str, field: str
) -> None:
    filters = Filters(period, region, field)
    found, readable = read_filters(filters.query(), today=TODAY, regions=CODES[:4], fields={"law"})
    assert readable
    assert found == Filters(
        period,
        region if region in CODES[:4] else "",
        field if field in ("law", WITHOUT_FIELD) else "",
    )
