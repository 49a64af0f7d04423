"""The nearest times, found by looking near first, are those that looking everywhere finds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from booking.availability.engine.hours import HolidayPolicy, Hours, WeeklyHours
from booking.availability.engine.limits import Caps, Limits
from booking.availability.engine.offers import Availability, Booked, BookingRules, SlotRequest
from booking.availability.engine.slots import nearest
from booking.lectures.schedules.queries import NEAREST_COUNT, NEAREST_WITHIN, Schedules

MONDAY = date(2026, 10, 5)
NOW = datetime(2026, 9, 1, tzinfo=UTC)
ZONES = st.sampled_from(["Asia/Shanghai", "America/Santiago", "Pacific/Apia"]).map(ZoneInfo)


def _schedule(zone: ZoneInfo, weekly: list[WeeklyHours], taken: list[Booked]) -> Schedules:
    rules = BookingRules(
        step_minutes=90,
        notice_days=0,
        horizon_days=90,
        buffer_minutes=0,
        shortest_minutes=30,
        longest_minutes=240,
    )
    hours = Hours(tuple(weekly), (), HolidayPolicy(), {})
    known = {1: Availability(hours, rules, Limits((), (), Caps()))}
    first, last = MONDAY - NEAREST_WITHIN, MONDAY + NEAREST_WITHIN
    return Schedules(NOW, zone, first, last, known, {1: taken})


blocks = st.builds(
    lambda day, start, length: WeeklyHours(day, start, start + length, None, None, 1, None),
    st.integers(0, 6),
    st.integers(0, 1200),
    st.integers(60, 240),
)
hours_from_monday = st.integers(-400, 400)


@given(ZONES, st.lists(blocks, max_size=3), st.lists(hours_from_monday, max_size=9), st.data())
def test_looking_near_first_finds_the_same(
    zone: ZoneInfo, weekly: list[WeeklyHours], busy: list[int], data: st.DataObject
) -> None:
    noon = datetime(2026, 10, 5, 4, tzinfo=UTC)
    hour = timedelta(hours=1)
    taken = [
        Booked(noon + n * hour, noon + (n + 20) * hour, lecture_id=lecture)
        for lecture, n in enumerate(sorted(busy))
    ]
    schedule = _schedule(zone, weekly, taken)
    wanted = noon + timedelta(minutes=data.draw(st.integers(-4320, 4320)))
    slot_request = SlotRequest(minutes=60)
    assert schedule.nearest(1, slot_request, wanted) == nearest(
        schedule.offered(1, slot_request), wanted, NEAREST_COUNT
    )


def test_a_time_just_beyond_the_first_look_may_be_nearer() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    thursday_evening = WeeklyHours(3, 1110, 1440, None, None, 1, None)
    schedule = _schedule(zone, [thursday_evening], [])
    monday_after_midnight = datetime(2026, 10, 4, 16, 30, tzinfo=UTC)
    found = schedule.nearest(1, SlotRequest(minutes=60), monday_after_midnight)
    assert [start.astimezone(zone).day for start, _end in found] == [1, 1, 1]
