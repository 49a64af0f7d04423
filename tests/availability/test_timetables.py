"""Timetables beside the everyday week: which hours hold on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.availability.engine.limits import DaySpan, week_key
from booking.availability.engine.timetables import Timetable, Validity, Week, flatten
from tests.extent import examples

EPOCH = date(2026, 11, 16)
DAYS = [EPOCH + timedelta(days=offset) for offset in range(42)]
EVERYDAY: Week = {weekday: [(540, 660)] for weekday in range(7)}
OTHER: Week = {weekday: [(840, 900 + weekday)] for weekday in range(7)}

days = st.sampled_from(DAYS)
validities = st.builds(
    lambda first, last, week_of: Validity(first, last, 2 if week_of else 1, week_of),
    st.none() | days,
    st.none() | days,
    st.none() | days,
)
timetables = st.lists(
    st.builds(Timetable, st.just("x"), st.just(OTHER), validities, st.booleans()), max_size=4
)


def open_on(day: date, hours: Week, sets: list[Timetable]) -> set[tuple[int, int]]:
    """What the flattened hours open on a day, as the engine reads each of them."""
    return {
        (rule.start, rule.end)
        for rule in flatten(hours, sets)
        if rule.weekday == day.weekday() and rule.applies_in_week_and_term(day)
    }


def holds(validity: Validity, day: date) -> bool:
    """The rule in plain words: within the days, and in a week that counts."""
    if day not in DaySpan(validity.first, validity.last):
        return False
    if validity.week_of is None:
        return True
    return (week_key(day) - week_key(validity.week_of)).days % 14 == 0


@settings(max_examples=examples(300), deadline=None)
@given(sets=timetables)
def test_each_day_has_the_everyday_week_unless_a_timetable_stands_in(
    sets: list[Timetable],
) -> None:
    for day in DAYS:
        today = [one for one in sets if holds(one.validity, day)]
        expected = {(840, 900 + day.weekday())} if today else set()
        if not any(one.replaces for one in today):
            expected |= {(540, 660)}
        assert open_on(day, EVERYDAY, sets) == expected


def test_a_summer_stands_in_and_the_days_around_it_do_not() -> None:
    summer = Timetable("Summer", OTHER, Validity(date(2026, 7, 1), date(2026, 8, 31)))

    assert open_on(date(2026, 6, 30), EVERYDAY, [summer]) == {(540, 660)}
    assert open_on(date(2026, 7, 1), EVERYDAY, [summer]) == {(840, 902)}
    assert open_on(date(2026, 8, 31), EVERYDAY, [summer]) == {(840, 900)}
    assert open_on(date(2026, 9, 1), EVERYDAY, [summer]) == {(540, 660)}


def test_every_second_week_alternates_over_the_end_of_a_year() -> None:
    other = Timetable("B", OTHER, Validity(weeks=2, week_of=date(2026, 12, 30)))
    mondays = [date(2026, 12, 21) + timedelta(days=7 * week) for week in range(4)]

    opened = [open_on(monday, EVERYDAY, [other]) for monday in mondays]

    assert opened == [{(540, 660)}, {(840, 900)}, {(540, 660)}, {(840, 900)}]


@pytest.mark.parametrize(("weeks", "week_of"), [(3, EPOCH), (2, None), (1, EPOCH), (0, None)])
def test_a_validity_that_says_nothing_clear_is_refused(weeks: int, week_of: date | None) -> None:
    with pytest.raises(ValueError, match="every week"):
        Validity(weeks=weeks, week_of=week_of)
