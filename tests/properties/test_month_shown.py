"""The month on an instructor's page is cut out of all that is offered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from booking.availability.engine.hours import HolidayPolicy, Hours, WeeklyHours
from booking.availability.engine.limits import DaySpan, Limits
from booking.availability.engine.offers import Availability, Booked, BookingRules, SlotRequest
from booking.availability.engine.zones import local_date
from booking.lectures.request_form.month import Wanted, month_shown, read_wanted
from booking.lectures.schedules.queries import Schedules

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 10, 7, 2, tzinfo=UTC)
TODAY = date(2026, 10, 7)
ASK = SlotRequest(60)

days = st.integers(-40, 400).map(lambda offset: TODAY + timedelta(days=offset))
wanted = st.one_of(
    days.map(lambda day: {"day": day.isoformat()}),
    days.map(lambda day: {"month": day.isoformat()[:7]}),
    st.sampled_from(["", "2026-13-01", "today", "0001-01-01", "9999-12-31"]).map(
        lambda text: {"day": text, "month": text}
    ),
)
spans = st.tuples(st.integers(0, 40), st.integers(0, 30)).map(
    lambda pair: DaySpan(TODAY + timedelta(days=pair[0]), TODAY + timedelta(days=pair[0] + pair[1]))
)


def test_on_the_first_of_a_month_nothing_lies_before() -> None:
    first = datetime(2026, 10, 1, 2, tzinfo=UTC)
    known = Availability(Hours((WeeklyHours(0, 540, 720),), (), HolidayPolicy(), {}))
    schedule = Schedules(first, ZONE, first.date(), first.date(), {1: known}, {})

    assert month_shown(schedule, 1, ASK, Wanted(day=first.date())).previous is None


@given(
    st.sets(st.integers(0, 6), max_size=2),
    st.lists(st.integers(0, 60), max_size=8),
    st.lists(spans, max_size=2),
    st.integers(0, 80),
    wanted,
)
def test_the_month_is_what_the_whole_list_has(
    weekdays: set[int],
    busy: list[int],
    terms: list[DaySpan],
    horizon: int,
    parameters: dict[str, str],
) -> None:
    week = tuple(WeeklyHours(day, 540, 720) for day in sorted(weekdays))
    rules = BookingRules(notice_days=0, horizon_days=horizon)
    known = Availability(Hours(week, (), HolidayPolicy(), {}), rules, Limits(tuple(terms)))
    morning = datetime(2026, 10, 7, tzinfo=UTC)
    taken = [
        Booked(start, start + timedelta(hours=4), lecture_id=lecture)
        for lecture, start in enumerate(sorted(morning + timedelta(days=offset) for offset in busy))
    ]
    schedule = Schedules(NOW, ZONE, TODAY, TODAY + timedelta(days=366), {1: known}, {1: taken})
    asked = read_wanted(parameters)

    month = month_shown(schedule, 1, ASK, asked)

    everything = schedule.offered(1, ASK)
    shown = [day for week_ in month.weeks for day in week_ if day is not None]
    assert [day.day for day in shown] == [
        month.first + timedelta(days=offset) for offset in range(month.last.day)
    ]
    assert [[day is None or day.day.weekday() == at for at, day in enumerate(week_)]
            for week_ in month.weeks] == [[True] * 7] * len(month.weeks)  # fmt: skip
    assert [slot for day in shown for slot in day.slots] == [
        slot for slot in everything if month.first <= local_date(slot[0], ZONE) <= month.last
    ]
    assert all(day.free == bool(day.slots) for day in shown)
    # Months turn no further than where anything can be booked, or where today lies.
    last = TODAY + timedelta(days=horizon)
    assert TODAY.replace(day=1) <= month.first <= last
    assert (month.previous is None) == (month.first <= TODAY)
    assert (month.next is None) == (month.last >= last)
    # The day that was asked for, else the first free one of the month.
    first_free = next((day.day for day in shown if day.free), None)
    assert (month.chosen.day if month.chosen else None) == (asked.day or first_free)
    later = month.chosen.day if month.chosen else month.last
    assert month.next_free == next(
        (slot for slot in everything if local_date(slot[0], ZONE) > later), None
    )
    assert month.first_free == next(iter(everything), None)
    if asked == Wanted() and everything:
        assert month.chosen is not None
        assert month.chosen.slots[0] == everything[0]
