"""Days are free where the slot engine offers something, and closed by its own reasons elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from booking.availability.engine.closures import bookable_window
from booking.availability.engine.hours import openings
from booking.availability.engine.offers import Refused, WhyNot
from booking.availability.engine.slots import offered, why_not
from booking.availability.engine.zones import day_bounds, local_date
from booking.availability.month.engine.days import Day, DayFinder
from booking.availability.month.engine.months import weeks_of
from tests.extent import examples
from tests.properties.test_rules_model import Case, cases

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
MINUTE = timedelta(minutes=1)


def _days(case: Case) -> list[Day]:
    finder = DayFinder(case.known, case.booked, case.slot_request, now=case.now, zone=case.zone)
    return finder.days(case.first, case.last)


@given(cases())
@settings(suppress_health_check=SLOW, deadline=None, max_examples=examples(300))
def test_days_have_the_slots_of_the_engine(case: Case) -> None:
    days = _days(case)

    assert [slot for day in days for slot in day.slots] == offered(
        case.known, case.booked, case.slot_request,
        first=case.first, last=case.last, now=case.now, zone=case.zone,
    )  # fmt: skip
    assert [day.day for day in days] == [
        case.first + timedelta(days=offset) for offset in range(len(days))
    ]
    for day in days:
        assert day.free == bool(day.slots) == (day.closed is None)
        assert {local_date(slot[0], case.zone) for slot in day.slots} <= {day.day}


@given(cases())
@settings(suppress_health_check=SLOW, deadline=None, max_examples=examples(300))
def test_a_closed_day_has_the_reason_of_one_of_its_times(case: Case) -> None:
    """Whatever closes a day closes the booking of one of its minutes with the same reason."""
    for day in _days(case):
        if day.closed is None:
            continue
        start, end = day_bounds(day.day, case.zone)
        assume(start < end)
        refused = {
            told.why
            for told in (_asked(case, moment) for moment in _minutes(case, day.day))
            if told is not None
        }
        assert day.closed.refused.why in refused


def _minutes(case: Case, day: date) -> list[datetime]:
    """The minutes of a day at which its reason may change."""
    start, end = day_bounds(day, case.zone)
    marks = {start, start + timedelta(hours=12), case.now}
    marks |= {edge for span in openings(case.known.hours, day, day, case.zone) for edge in span}
    return sorted(mark for mark in marks if start <= mark < end)


def _asked(case: Case, moment: datetime) -> Refused | None:
    return why_not(case.known, case.booked, case.slot_request, moment, now=case.now, zone=case.zone)


@given(cases())
@settings(suppress_health_check=SLOW, deadline=None, max_examples=examples(200))
def test_window_and_length_come_first(case: Case) -> None:
    window = bookable_window(
        case.known.rules, now=case.now, zone=case.zone, days=case.known.hours.days
    )
    first, last = (local_date(edge, case.zone) for edge in (window[0], window[1] - MINUTE))
    today = local_date(case.now, case.zone)
    for day in _days(case):
        why = day.closed and day.closed.refused.why
        if day.day < today:
            assert why is WhyNot.PAST
        elif day.day < first:
            assert why is WhyNot.NOTICE
        elif day.day > last:
            assert why is WhyNot.HORIZON
        elif not case.known.rules.allow(case.slot_request.minutes):
            assert why in (WhyNot.LENGTH, WhyNot.PAST, WhyNot.HORIZON, WhyNot.NOTICE)


@given(cases(), st.integers(1, 3))
@settings(suppress_health_check=SLOW, deadline=None, max_examples=examples(100))
def test_own_holds_stand_on_the_day_on_which_they_begin(case: Case, branch: int) -> None:
    case = replace(case, slot_request=replace(case.slot_request, organisation_id=branch))
    own = {hold for day in _days(case) for hold in day.own}

    assert own == {
        hold
        for hold in case.booked
        if hold.organisation_id == branch
        and case.first <= local_date(hold.start, case.zone) <= case.last
    }
    nobody = replace(case, slot_request=replace(case.slot_request, organisation_id=None))
    assert not any(day.own for day in _days(nobody))


@given(st.dates(date(2000, 1, 1), date(2199, 12, 31)))
def test_weeks_are_whole_and_hold_the_month(day: date) -> None:
    weeks = weeks_of(day)

    flat = [one for week in weeks for one in week]
    assert [len(week) for week in weeks] == [7] * len(weeks)
    assert flat[0].weekday() == 0
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(flat))
    inside = [one for one in flat if (one.year, one.month) == (day.year, day.month)]
    assert (inside[0].day, (inside[-1] + timedelta(days=1)).day) == (1, 1)
    assert [inside[0] in weeks[0], inside[-1] in weeks[-1]] == [True, True]
