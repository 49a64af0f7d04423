"""The availability engine against a model that asks every single UTC minute.

The model shares no code with the engine but the data classes: it converts each minute to the wall
clock with ``astimezone`` and applies the definition word by word.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from booking.availability.engine.grids import SlotRules, each_free, grids_of
from booking.availability.engine.hours import (
    ClosedBecause,
    DayKind,
    HolidayPolicy,
    Hours,
    MakeupRule,
    Override,
    OverrideKind,
    WeeklyHours,
    openings,
    why_closed,
)
from booking.availability.engine.intervals import union
from booking.availability.engine.slots import nearest
from booking.availability.engine.zones import day_bounds, local_date, local_instant
from tests.extent import examples

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

# Each zone with dates that its clocks, or the calendar, make awkward.
AWKWARD = {
    "Asia/Shanghai": ["2026-02-14", "2026-02-28", "2026-05-09", "2026-10-10", "2028-02-29"],
    "America/New_York": ["2026-03-08", "2026-11-01", "2026-12-31", "2028-02-29"],
    "Europe/Berlin": ["2026-03-29", "2026-10-25", "2026-12-31"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04", "2026-12-31"],
    "America/Sao_Paulo": ["2018-02-18", "2018-11-04", "2026-12-31"],
    "America/St_Johns": ["2010-03-14", "2010-11-07"],
    "Africa/Casablanca": ["2026-02-15", "2026-03-22", "2026-12-31"],
    "Pacific/Apia": ["2011-12-29", "2011-12-30", "2011-12-31", "2012-04-01"],
}
PLACES = [(ZoneInfo(key), date.fromisoformat(day)) for key in AWKWARD for day in AWKWARD[key]]
MAKEUP = dict.fromkeys(map(date.fromisoformat, AWKWARD["Asia/Shanghai"][:4]), DayKind.WORK)

minutes_of_day = st.one_of(
    st.integers(0, 1440), st.sampled_from([0, 1, 59, 60, 61, 120, 150, 180, 1380, 1439, 1440])
)
stretches = (
    st.tuples(minutes_of_day, minutes_of_day)
    .filter(lambda ab: ab[0] != ab[1])
    .map(lambda ab: (min(ab), max(ab)))
)


def weekly_hours(around: date) -> st.SearchStrategy[WeeklyHours]:
    days = st.integers(-10, 10).map(lambda n: around + n * DAY)
    return st.builds(
        lambda weekday, stretch, valid_from, valid_to, weeks, week_of: WeeklyHours(
            weekday, stretch[0], stretch[1], valid_from, valid_to, weeks, week_of
        ),
        # Most rules fall on the days that are looked at.
        st.one_of(st.integers(-2, 2).map(lambda n: (around + n * DAY).weekday()), st.just(0)),
        stretches,
        st.none() | days,
        st.none() | days,
        st.integers(1, 2),
        days,
    )


def overrides(around: date) -> st.SearchStrategy[Override]:
    return st.builds(
        lambda first, length, kind, stretch: Override(
            around + first * DAY, around + (first + length) * DAY, kind, stretch[0], stretch[1]
        ),
        st.integers(-4, 4),
        st.integers(0, 3),
        st.sampled_from(OverrideKind),
        st.just((0, 1440)) | stretches,
    )


policies = st.builds(
    lambda closed, makeup, weekday: HolidayPolicy(
        closed, makeup, weekday if makeup == MakeupRule.WEEKDAY else None
    ),
    st.booleans(),
    st.sampled_from(MakeupRule),
    st.integers(0, 6),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Hours, date, date, ZoneInfo]:
    zone, around = draw(st.sampled_from(PLACES))
    first = around + draw(st.integers(-2, 1)) * DAY
    last = first + draw(st.integers(0, 2)) * DAY
    kinds = st.dictionaries(
        st.integers(-3, 3).map(lambda n: around + n * DAY), st.sampled_from(DayKind), max_size=3
    )
    hours = Hours(
        tuple(draw(st.lists(weekly_hours(around), max_size=6))),
        tuple(draw(st.lists(overrides(around), max_size=3))),
        draw(policies),
        MAKEUP | draw(kinds),
    )
    return hours, first, last, zone


def model_rules_apply(hours: Hours, day: date, minute: int) -> bool:
    follows: int | None = day.isoweekday() - 1
    makes_up = hours.days.get(day) is DayKind.WORK and day.isoweekday() in (6, 7)
    if makes_up and hours.policy.makeup is not MakeupRule.OWN:
        follows = hours.policy.makeup_weekday
    for rule in hours.weekly:
        if rule.weekday != follows or minute not in range(rule.start, rule.end):
            continue
        if not (rule.valid_from or date.min) <= day <= (rule.valid_to or date.max):
            continue
        if rule.weeks == 2 and rule.week_of is not None:
            sunday = day + (7 - day.isoweekday()) * DAY
            sunday_that_counts = rule.week_of + (7 - rule.week_of.isoweekday()) * DAY
            if (sunday - sunday_that_counts).days % 14:
                continue
        return True
    return False


def model_covered(hours: Hours, kind: OverrideKind, day: date, minute: int) -> bool:
    return any(
        o.kind is kind and o.first <= day <= o.last and minute in range(o.start, o.end)
        for o in hours.overrides
    )


def model_is_open(hours: Hours, local: datetime) -> bool:
    day, minute = local.date(), local.hour * 60 + local.minute
    holiday = hours.policy.closed_on_holidays and hours.days.get(day) is DayKind.OFF
    opened = model_rules_apply(hours, day, minute) and not holiday
    opened = opened or model_covered(hours, OverrideKind.EXTRA, day, minute)
    return opened and not model_covered(hours, OverrideKind.CLOSED, day, minute)


def model_minutes(first: date, last: date) -> Iterator[datetime]:
    """Every UTC minute that can show one of these dates anywhere."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - DAY
    for n in range(((last - first).days + 3) * 1440):
        yield start + n * MINUTE


def model_open_minutes(hours: Hours, first: date, last: date, zone: ZoneInfo) -> list[datetime]:
    return [
        minute
        for minute in model_minutes(first, last)
        if first <= (local := minute.astimezone(zone)).date() <= last
        and model_is_open(hours, local)
    ]


def runs(minutes: list[datetime]) -> list[tuple[datetime, datetime]]:
    """Neighbouring minutes joined to intervals."""
    found: list[tuple[datetime, datetime]] = []
    for minute in minutes:
        if found and found[-1][1] == minute:
            found[-1] = (found[-1][0], minute + MINUTE)
        else:
            found.append((minute, minute + MINUTE))
    return found


def every_zone_at_all_hours() -> list[tuple[Hours, date, date, ZoneInfo]]:
    always = Hours(tuple(WeeklyHours(weekday, 1, 1440) for weekday in range(7)))
    return [(always, day - DAY, day + DAY, zone) for zone, day in PLACES]


def test_openings_at_every_awkward_date() -> None:
    for hours, first, last, zone in every_zone_at_all_hours():
        expected = runs(model_open_minutes(hours, first, last, zone))
        assert openings(hours, first, last, zone) == expected, (zone.key, first)


@settings(max_examples=examples(150), deadline=None)
@given(cases())
def test_openings_are_the_open_minutes(case: tuple[Hours, date, date, ZoneInfo]) -> None:
    assert openings(*case) == runs(model_open_minutes(*case))


def model_reason(hours: Hours, minute: datetime, zone: ZoneInfo) -> ClosedBecause | None:
    local = minute.astimezone(zone)
    if model_is_open(hours, local):
        return None
    day, wall = local.date(), local.hour * 60 + local.minute
    is_extra = model_covered(hours, OverrideKind.EXTRA, day, wall)
    is_off = hours.days.get(day) is DayKind.OFF
    if hours.policy.closed_on_holidays and is_off and not is_extra:
        return ClosedBecause.HOLIDAY
    if model_covered(hours, OverrideKind.CLOSED, day, wall):
        return ClosedBecause.CLOSED_OVERRIDE
    return ClosedBecause.OUTSIDE_HOURS


@settings(max_examples=examples(150), deadline=None)
@given(cases(), st.integers(0, 2 * 1440), st.integers(1, 300))
def test_why_closed_is_the_reason_of_the_first_closed_minute(
    case: tuple[Hours, date, date, ZoneInfo], offset: int, length: int
) -> None:
    hours, first, _, zone = case
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) + offset * MINUTE
    reasons = (model_reason(hours, start + n * MINUTE, zone) for n in range(length))
    expected = next((reason for reason in reasons if reason), None)
    assert why_closed(hours, start, start + length * MINUTE, zone) == expected


@settings(max_examples=examples(100), deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 200)), max_size=4),
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 90)), max_size=5),
    st.integers(1, 150),
    st.integers(1, 90),
    st.integers(0, 300),
    st.integers(300, 800),
)
@example([(0, 100), (100, 100)], [(50, 10), (55, 40)], 30, 30, 0, 800)
def test_free_slots_are_the_free_minutes_on_the_grid(
    opened: list[tuple[int, int]],
    taken: list[tuple[int, int]],
    minutes: int,
    step: int,
    not_before: int,
    not_after: int,
) -> None:
    t0 = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    is_open = {n for start, length in opened for n in range(start, start + length)}
    is_busy = {n for start, length in taken for n in range(start, start + length)}
    expected, grid = [], 0
    for n in range(900):
        if n in is_open and n - 1 not in is_open:
            grid = n
        lecture = set(range(n, n + minutes))
        free = lecture <= is_open and not lecture & is_busy
        if free and (n - grid) % step == 0 and not_before <= n and n + minutes <= not_after:
            expected.append((t0 + n * MINUTE, t0 + (n + minutes) * MINUTE))
    openings, busy = (
        [(t0 + start * MINUTE, t0 + (start + length) * MINUTE) for start, length in spans]
        for spans in (opened, taken)
    )
    found = each_free(
        list(grids_of(openings)),
        union(busy),
        SlotRules(minutes, step),
        not_before=t0 + not_before * MINUTE,
        not_after=t0 + not_after * MINUTE,
    )
    assert list(found) == expected


@given(st.sets(st.integers(0, 50)), st.integers(0, 50), st.integers(0, 5))
def test_no_slot_left_out_is_nearer(starts: set[int], wanted: int, count: int) -> None:
    t0 = datetime(2026, 1, 1, tzinfo=UTC)
    slots = [(t0 + n * MINUTE, t0 + (n + 60) * MINUTE) for n in starts]
    by_distance = sorted(starts, key=lambda n: (abs(n - wanted), n))[:count]
    found = nearest(slots, t0 + wanted * MINUTE, count)
    assert [(start - t0) // MINUTE for start, _ in found] == sorted(by_distance)


places = st.sampled_from(PLACES)


@settings(deadline=None)
@given(places, st.integers(-3, 3), minutes_of_day)
def test_local_instant_is_the_first_minute_that_shows_this_or_later(
    place: tuple[ZoneInfo, date], offset: int, minute: int
) -> None:
    zone, day = place[0], place[1] + offset * DAY
    wanted = datetime(day.year, day.month, day.day) + minute * MINUTE
    shows = (m for m in model_minutes(day, day + DAY))
    expected = next(m for m in shows if m.astimezone(zone).replace(tzinfo=None) >= wanted)
    assert local_instant(day, minute, zone) == expected


@settings(deadline=None)
@given(places, st.integers(-400, 400))
def test_day_bounds_tile_time_and_hold_their_day(place: tuple[ZoneInfo, date], offset: int) -> None:
    zone, day = place[0], place[1] + offset * DAY
    start, end = day_bounds(day, zone)
    assert end == day_bounds(day + DAY, zone)[0]
    if start < end:
        assert local_date(start, zone) == day
