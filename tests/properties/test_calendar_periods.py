"""What a calendar shows at once: whole weeks and months; free time within the hours."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.availability.engine.hours import openings
from booking.availability.engine.intervals import subtract, union
from booking.lectures.calendar.engine.open_time import open_times
from booking.lectures.calendar.engine.periods import View, period
from tests.extent import examples
from tests.properties.test_rules_model import Case, cases

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
DAY = timedelta(days=1)


@given(st.sampled_from(View), st.dates(date(1000, 1, 1), date(8999, 12, 31)))
def test_periods_hold_their_day_and_join(view: View, day: date) -> None:
    shown = period(view, day)

    assert day in shown.days
    assert (shown.days[0], shown.days[-1]) == (shown.first, shown.last)
    before, after = period(view, shown.previous), period(view, shown.next)
    assert (before.last + DAY, shown.last + DAY) == (shown.first, after.first)
    assert (before.next, after.previous) == (shown.first, shown.first)
    if view is View.WEEK:
        assert (shown.first.weekday(), len(shown.days)) == (0, 7)
    else:
        assert (shown.first.day, (shown.last + DAY).day) == (1, 1)


@given(cases())
@settings(suppress_health_check=SLOW, deadline=None, max_examples=examples(200))
def test_free_time_is_what_the_hours_have_left(case: Case) -> None:
    days = [case.first + offset * DAY for offset in range((case.last - case.first).days + 1)]
    found = open_times(case.known, case.booked, days, now=case.now, zone=case.zone)

    taken = [(hold.start, hold.end) for hold in case.booked]
    limits = case.known.limits
    for day, one in found.items():
        closed = (limits.terms and not any(day in term for term in limits.terms)) or any(
            day in span for span in limits.suspensions
        )
        assert bool(one.closed) == bool(closed)
        opened = [] if closed else openings(case.known.hours, day, day, case.zone)
        past = [(start, case.now) for start, _end in opened]
        assert list(one.free) == subtract(opened, union([*taken, *past]))
    assert list(found) == days
