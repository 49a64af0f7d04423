"""`SlotFinder` finds one by one, and with its caches, what `offered` lists at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.availability.engine.hours import HolidayPolicy, Hours, WeeklyHours
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import Availability, SlotRequest
from booking.availability.engine.slots import SlotFinder, apart, offered
from tests.extent import examples
from tests.properties.test_rules_model import Case, cases, first_minute

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def _listed(case: Case) -> list[Interval]:
    return offered(
        case.known,
        case.booked,
        case.slot_request,
        first=case.first,
        last=case.last,
        now=case.now,
        zone=case.zone,
    )


def _elsewhere(case: Case, minutes: list[tuple[int, int]]) -> Case:
    """The case with spans that a calendar kept elsewhere says busy."""
    noon = datetime.combine(case.first, datetime.min.time(), case.zone)
    spans = sorted(
        (noon + timedelta(minutes=start), noon + timedelta(minutes=start + length))
        for start, length in minutes
    )
    return replace(case, known=replace(case.known, external_busy=tuple(spans)))


busy = st.lists(st.tuples(st.integers(-600, 4 * 1440), st.integers(1, 900)), max_size=4)


@given(cases(), busy, st.integers(1, 9), st.integers(0, 9), st.data())
@settings(suppress_health_check=SLOW, deadline=None, max_examples=examples(300))
def test_each_and_times_are_what_is_offered(
    case: Case, private: list[tuple[int, int]], number: int, further: int, data: st.DataObject
) -> None:
    # Days beyond the case make more than one piece.
    case = _elsewhere(replace(case, last=case.last + timedelta(days=further)), private)
    finder = SlotFinder(first=case.first, last=case.last, now=case.now, zone=case.zone)
    listed = _listed(case)

    # Asked twice: cached results must not differ from computed ones.
    for _again in range(2):
        assert list(finder.each(case.known, case.booked, case.slot_request)) == listed
        assert finder.times(case.known, case.booked, case.slot_request, number) == tuple(
            apart(listed, number)
        )
    unbooked = replace(case, booked=())
    assert finder.unhindered(case.known, case.slot_request, number) == tuple(
        apart(_listed(unbooked), number)
    )

    begin = data.draw(st.sampled_from([slot[0] for slot in listed] or [case.now]))
    starts = begin + timedelta(minutes=data.draw(st.integers(-90, 90)))
    bounds = starts, starts + timedelta(minutes=data.draw(st.integers(0, 3000)))
    within = [slot for slot in listed if bounds[0] <= slot[0] < bounds[1]]
    assert list(finder.each(case.known, case.booked, case.slot_request, bounds)) == within


@pytest.mark.parametrize("minutes", [60, 480])
def test_lectures_over_midnight_belong_to_the_day_on_which_they_begin(minutes: int) -> None:
    monday, zone = date(2026, 10, 12), ZoneInfo("Asia/Shanghai")
    week = tuple(WeeklyHours(weekday, 0, 1440) for weekday in range(7))
    known = Availability(Hours(week, (), HolidayPolicy(), {}))
    case = Case(
        known, (), SlotRequest(minutes), monday, monday + timedelta(days=8),
        first_minute(monday - timedelta(days=9), zone), zone,
    )  # fmt: skip
    finder = SlotFinder(first=case.first, last=case.last, now=case.now, zone=zone)
    listed = _listed(case)
    assert len(listed) == 9 * 48
    assert list(finder.each(known, (), case.slot_request)) == listed


@given(cases(), cases(), st.integers(1, 4))
@settings(suppress_health_check=SLOW, deadline=None, max_examples=examples(300))
def test_one_finder_keeps_instructors_apart(one: Case, other: Case, number: int) -> None:
    finder = SlotFinder(first=one.first, last=one.last, now=one.now, zone=one.zone)
    # Days of notice are everybody's, so both have the same official days.
    theirs = replace(other.known, hours=replace(other.known.hours, days=one.known.hours.days))
    known: list[Availability] = [one.known, theirs]
    for mine in (*known, *known):
        for slot_request in (one.slot_request, other.slot_request):
            found = finder.times(mine, one.booked, slot_request, number)
            assert found == tuple(
                apart(_listed(replace(one, known=mine, slot_request=slot_request)), number)
            )
