"""The week on an instructor's page is cut out of all that is offered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from booking.availability.engine.hours import HolidayPolicy, Hours, WeeklyHours, local_date
from booking.availability.engine.limits import Caps, DaySpan, Limits
from booking.availability.engine.offers import Availability, Booked, BookingRules, SlotRequest
from booking.lectures.queries import Schedules
from booking.lectures.request_form.week import WEEK, week_shown

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 10, 7, 2, tzinfo=UTC)
TODAY = date(2026, 10, 7)
ASK = SlotRequest(60)

days = st.integers(-20, 400).map(lambda offset: (TODAY + timedelta(days=offset)).isoformat())
wanted = st.one_of(days, st.sampled_from(["", "2026-13-01", "week", "0001-01-01", "9999-12-31"]))
spans = st.tuples(st.integers(0, 40), st.integers(0, 30)).map(
    lambda pair: DaySpan(TODAY + timedelta(days=pair[0]), TODAY + timedelta(days=pair[0] + pair[1]))
)


@given(
    st.sets(st.integers(0, 6), max_size=2),
    st.lists(st.integers(0, 60), max_size=8),
    st.lists(spans, max_size=2),
    wanted,
)
def test_the_week_is_what_the_whole_list_has(
    weekdays: set[int], busy: list[int], terms: list[DaySpan], asked: str
) -> None:
    week = tuple(WeeklyHours(day, 540, 720) for day in sorted(weekdays))
    rules = BookingRules(notice_days=0, horizon_days=60)
    known = Availability(Hours(week, (), HolidayPolicy(), {}), rules, Limits(tuple(terms)))
    morning = datetime(2026, 10, 7, tzinfo=UTC)
    taken = [
        Booked(start, start + timedelta(hours=4), lecture_id=lecture)
        for lecture, start in enumerate(sorted(morning + timedelta(days=offset) for offset in busy))
    ]
    schedule = Schedules(NOW, ZONE, TODAY, TODAY + timedelta(days=366), {1: known}, {1: taken})

    shown = week_shown(schedule, 1, ASK, asked, TODAY)

    everything = schedule.offered(1, ASK)
    inside = [
        slot
        for slot in everything
        if shown.monday <= local_date(slot[0], ZONE) < shown.monday + WEEK
    ]
    assert shown.monday.weekday() == 0
    assert list(shown.slots) == inside
    if not inside:
        later = (slot for slot in everything if local_date(slot[0], ZONE) >= shown.monday)
        assert shown.next_free == next(later, None)
        assert (shown.next_free or shown.first_free) == (
            shown.next_free or next(iter(everything), None)
        )
    if asked in ("", "2026-13-01", "week") and everything:
        assert everything[0] == inside[0]


def test_without_a_topic_this_week_is_shown() -> None:
    known = Availability(Hours((), (), HolidayPolicy(), {}), BookingRules(), Limits((), (), Caps()))
    schedule = Schedules(NOW, ZONE, TODAY, TODAY + timedelta(days=366), {1: known}, {})

    assert week_shown(schedule, 1, None, "", TODAY).monday == date(2026, 10, 5)
    assert week_shown(schedule, 1, None, "2026-10-12", TODAY).monday == date(2026, 10, 12)
