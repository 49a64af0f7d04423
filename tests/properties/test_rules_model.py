"""All rules of an instructor's time against a model that paints minutes of days, one by one.

The model shares no code with the engine but the data classes. It walks through the minutes of
each local day, keeps what is open in a plain list, and counts lectures with plain loops.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from booking.availability.engine.hours import (
    DayKind,
    HolidayPolicy,
    Hours,
    MakeupRule,
    Override,
    OverrideKind,
    WeeklyHours,
)
from booking.availability.engine.limits import Caps, DaySpan, Limits
from booking.availability.engine.offers import (
    Availability,
    Booked,
    BookingRules,
    SlotRequest,
    WhyNot,
)
from booking.availability.engine.slots import offered, why_not
from booking.availability.engine.travel import Place
from tests.extent import examples

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

OFFICIAL_2026 = {
    date.fromisoformat(day): DayKind.WORK
    for day in ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")
} | {
    date(2026, month, day): DayKind.OFF
    for month, days in {1: (1, 2, 3), 2: range(15, 24), 5: range(1, 6), 9: (25, 26, 27),
                        10: range(1, 8)}.items()
    for day in days
}  # fmt: skip
MAKE_UP_DAYS = [day for day, kind in OFFICIAL_2026.items() if kind is DayKind.WORK]

AWKWARD = {
    "Asia/Shanghai": [*map(str, MAKE_UP_DAYS), "2026-12-31", "2028-02-29"],
    "America/New_York": ["2026-03-08", "2026-11-01", "2026-12-31"],
    "Europe/Berlin": ["2026-03-29", "2026-10-25"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],
    "America/Havana": ["2026-03-08", "2026-11-01"],  # Midnight is skipped, and comes twice.
    "Asia/Kathmandu": ["2026-01-01"],
}
PLACES = [(ZoneInfo(key), date.fromisoformat(day)) for key in AWKWARD for day in AWKWARD[key]]
ROOMS = [
    None,
    Place("990102", "文化馆"),
    Place("990102", "学校"),
    Place("990102"),
    Place("990121", "文化馆"),
    Place("990100", "礼堂"),
    Place("990202", "文化馆"),
    Place("990000"),
]


@dataclass(frozen=True)
class Case:
    """One question: what is on offer on the days from `first` to `last`?"""

    known: Availability
    booked: tuple[Booked, ...]
    slot_request: SlotRequest
    first: date
    last: date
    now: datetime
    zone: ZoneInfo


def first_minute(day: date, zone: ZoneInfo) -> datetime:
    """The first UTC minute that shows `day`."""
    minute = datetime(day.year, day.month, day.day, tzinfo=UTC) - DAY
    while minute.astimezone(zone).date() < day:
        minute += timedelta(hours=1)
    while (minute - MINUTE).astimezone(zone).date() == day:
        minute -= MINUTE
    return minute


@cache
def minutes_of(day: date, zone: ZoneInfo) -> list[tuple[datetime, int]]:
    """Each UTC minute that shows `day`, with the minute on the wall."""
    minute, found = first_minute(day, zone), []
    while (local := minute.astimezone(zone)).date() == day:
        found.append((minute, local.hour * 60 + local.minute))
        minute += MINUTE
    return found


def monday(day: date) -> date:
    while day.isoweekday() != 1:
        day -= DAY
    return day


def weekly_apply(hours: Hours, day: date) -> list[WeeklyHours]:
    """The weekly rules that hold on a day, holidays aside."""
    weekday: int | None = day.isoweekday() - 1
    if hours.days.get(day) is DayKind.WORK and day.isoweekday() > 5:
        if hours.policy.makeup is MakeupRule.NONE:
            weekday = None
        elif hours.policy.makeup is MakeupRule.WEEKDAY:
            weekday = hours.policy.makeup_weekday
    found = []
    for rule in hours.weekly:
        if rule.weekday != weekday:
            continue
        if not covers(DaySpan(rule.valid_from, rule.valid_to), day):
            continue
        if rule.weeks > 1 and rule.week_of:
            weeks = (monday(day) - monday(rule.week_of)).days // 7
            if weeks % rule.weeks:
                continue
        found.append(rule)
    return found


def is_holiday(hours: Hours, day: date) -> bool:
    return hours.policy.closed_on_holidays and hours.days.get(day) is DayKind.OFF


def wall_of(hours: Hours, day: date) -> list[bool]:
    """For each of the 1440 minutes of a day's wall clock whether it is open."""
    wall = [False] * 1440
    if not is_holiday(hours, day):
        for rule in weekly_apply(hours, day):
            for minute in range(rule.start, rule.end):
                wall[minute] = True
    for kind in (OverrideKind.EXTRA, OverrideKind.CLOSED):
        for one in hours.overrides:
            if one.kind is kind and one.first <= day <= one.last:
                for minute in range(one.start, one.end):
                    wall[minute] = kind is OverrideKind.EXTRA
    return wall


def way(one: Place | None, other: Place | None) -> int:
    """Rule 2, as a table of what two places share."""
    if not one or not other:
        return 0
    a, b = one.region_code, other.region_code
    if a == b and one.name == other.name != "":
        return 0
    city_known = a[2:4] != "00" and b[2:4] != "00"
    county_known = a[4:6] != "00" and b[4:6] != "00"
    if a[:4] == b[:4] and city_known:
        return 30 if county_known and a[4:] == b[4:] else 60
    return 180


def is_workday(days: dict[date, DayKind], day: date) -> bool:
    return days.get(day) is DayKind.WORK or (
        day.isoweekday() < 6 and days.get(day) is not DayKind.OFF
    )


class Model:
    """What each rule says about one start, each by itself.

    `open` is a bitmap of the UTC minutes from `base` on. For each of them `ahead` counts the open
    minutes from it on, and `behind` those just before it on the same local day.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.base = minutes_of(case.first, case.zone)[0][0]
        self.open: list[bool] = []
        self.behind: list[int] = []
        day = case.first
        while day <= case.last + 2 * DAY:
            wall, run = wall_of(case.known.hours, day), 0
            for _minute, shown in minutes_of(day, case.zone):
                self.open.append(wall[shown])
                self.behind.append(run)
                run = run + 1 if wall[shown] else 0
            day += DAY
        self.ahead = [0] * (len(self.open) + 1)
        for n in reversed(range(len(self.open))):
            self.ahead[n] = self.ahead[n + 1] + 1 if self.open[n] else 0

    def day(self, instant: datetime) -> date:
        return instant.astimezone(self.case.zone).date()

    def at(self, start: datetime) -> int:
        return (start - self.base) // MINUTE

    def is_open(self, start: datetime) -> bool:
        return self.ahead[self.at(start)] >= self.case.slot_request.minutes

    def on_grid(self, start: datetime) -> bool:
        """A whole number of steps after the opening or midnight."""
        return self.behind[self.at(start)] % self.case.known.rules.step_minutes == 0

    def of_others(self) -> list[Booked]:
        """The holds but those of the lecture that is to get another time."""
        own = self.case.slot_request.lecture_id
        return [one for one in self.case.booked if one.lecture_id != own]

    def closed_by_bookings(self, start: datetime) -> Iterator[WhyNot]:
        end, buffer = (
            start + self.case.slot_request.minutes * MINUTE,
            self.case.known.rules.buffer_minutes,
        )
        for one in self.of_others():
            apart = max((one.start - end) // MINUTE, (start - one.end) // MINUTE)
            if apart < 0:
                yield WhyNot.TAKEN
            if 0 <= apart < buffer:
                yield WhyNot.BUFFER
            if 0 <= apart < way(one.place, self.case.slot_request.place):
                yield WhyNot.TRAVEL

    def closed_by_window(self, start: datetime) -> Iterator[WhyNot]:
        rules, today, day = self.case.known.rules, self.day(self.case.now), self.day(start)
        if start < self.case.now:
            yield WhyNot.PAST
        noticed, one = 0, today
        while one < day:
            one += DAY
            noticed += is_workday(dict(self.case.known.hours.days), one)
        if noticed < rules.notice_days:
            yield WhyNot.NOTICE
        last_minute = start + (self.case.slot_request.minutes - 1) * MINUTE
        if (self.day(last_minute) - today).days > rules.horizon_days:
            yield WhyNot.HORIZON
        if not rules.shortest_minutes <= self.case.slot_request.minutes <= rules.longest_minutes:
            yield WhyNot.LENGTH

    def closed_by_day(self, day: date) -> Iterator[WhyNot]:
        limits, slot_request = self.case.known.limits, self.case.slot_request
        if limits.terms and not any(covers(span, day) for span in limits.terms):
            yield WhyNot.OUTSIDE_TERM
        if any(covers(span, day) for span in limits.suspensions):
            yield WhyNot.SUSPENDED
        if not covers(slot_request.topic, day):
            yield WhyNot.TOPIC_NOT_VALID
        # Which lectures count: one that is held at two times counts once.
        that_day, week, month, year, quarter = (set[int]() for _ in range(5))
        for one in self.of_others():
            other = self.day(one.start)
            same_year = other.year == day.year
            same_quarter = same_year and (other.month + 2) // 3 == (day.month + 2) // 3
            for lectures, counts in (
                (that_day, other == day),
                (week, monday(other) == monday(day)),
                (month, same_year and other.month == day.month),
                (year, same_year),
                (quarter, same_quarter
                 and one.organisation_id == slot_request.organisation_id is not None),
            ):  # fmt: skip
                if counts:
                    lectures.add(one.lecture_id)
        for why, cap, lectures in (
            (WhyNot.DAY_FULL, limits.caps.day, that_day),
            (WhyNot.WEEK_FULL, limits.caps.week, week),
            (WhyNot.MONTH_FULL, limits.caps.month, month),
            (WhyNot.YEAR_FULL, limits.caps.year, year),
            (WhyNot.BRANCH_QUARTER_FULL, limits.caps.branch_quarter, quarter),
        ):
            if cap is not None and len(lectures) >= cap:
                yield why

    def closed_by_hours(self, start: datetime) -> Iterator[WhyNot]:
        """What closes any minute of the stretch."""
        hours = self.case.known.hours
        for n in range(self.case.slot_request.minutes):
            minute = start + n * MINUTE
            if self.open[self.at(minute)]:
                continue
            local = minute.astimezone(self.case.zone)
            day, wall = local.date(), local.hour * 60 + local.minute
            if is_holiday(hours, day):
                yield WhyNot.HOLIDAY
            if any(
                one.kind is OverrideKind.CLOSED
                and one.first <= day <= one.last
                and one.start <= wall < one.end
                for one in hours.overrides
            ):
                yield WhyNot.CLOSED_DAY
            if not any(rule.start <= wall < rule.end for rule in weekly_apply(hours, day)):
                yield WhyNot.OUTSIDE_HOURS
        if self.is_open(start) and not self.on_grid(start):
            yield WhyNot.OFF_GRID

    def closed_by(self, start: datetime) -> set[WhyNot]:
        """Every rule that closes a start."""
        return {
            *self.closed_by_window(start),
            *self.closed_by_bookings(start),
            *self.closed_by_day(self.day(start)),
            *self.closed_by_hours(start),
        }

    def is_offered(self, start: datetime) -> bool:
        """The same, the cheap questions first."""
        return (
            self.is_open(start)
            and self.on_grid(start)
            and not any(self.closed_by_bookings(start))
            and not any(self.closed_by_window(start))
            and not any(self.closed_by_day(self.day(start)))
        )

    def starts(self) -> list[datetime]:
        """Every minute of the days that is on offer."""
        found, day = [], self.case.first
        while day <= self.case.last:
            found += [
                minute for minute, _ in minutes_of(day, self.case.zone) if self.is_offered(minute)
            ]
            day += DAY
        return found


def covers(span: DaySpan, day: date) -> bool:
    return not (span.first and day < span.first) and not (span.last and day > span.last)


quarters = st.integers(0, 96).map(lambda n: n * 15)
minutes_of_day = quarters | st.sampled_from([0, 1, 59, 150, 185, 1415, 1439, 1440])
stretches = st.one_of(
    st.just((0, 1440)),
    st.just((480, 1200)),
    st.tuples(minutes_of_day, minutes_of_day)
    .filter(lambda ab: ab[0] != ab[1])
    .map(lambda ab: (min(ab), max(ab))),
)


def days_near(around: date, most: int) -> st.SearchStrategy[date]:
    return st.integers(-most, most).map(lambda n: around + n * DAY)


def spans_near(around: date) -> st.SearchStrategy[DaySpan]:
    near = days_near(around, 3)
    return st.one_of(
        st.tuples(near, near).map(lambda ends: DaySpan(min(ends), max(ends))),
        near.map(lambda day: DaySpan(day, None)),
        near.map(lambda day: DaySpan(None, day)),
    )


@st.composite
def some_hours(draw: st.DrawFn, around: date) -> Hours:
    weekly = st.builds(
        lambda weekday, ends, span, weeks, week_of: WeeklyHours(
            weekday, ends[0], ends[1], span.first, span.last, weeks, week_of
        ),
        days_near(around, 2).map(date.weekday),
        stretches,
        st.just(DaySpan()) | spans_near(around),
        st.sampled_from([1, 1, 2, 3]),
        days_near(around, 20),
    )
    overrides = st.builds(
        lambda first, more, kind, ends: Override(first, first + more * DAY, kind, *ends),
        days_near(around, 2),
        st.integers(0, 2),
        st.sampled_from(OverrideKind),
        stretches,
    )
    makeup = draw(st.sampled_from(MakeupRule))
    weekday = draw(st.integers(0, 6)) if makeup is MakeupRule.WEEKDAY else None
    more = draw(st.dictionaries(days_near(around, 3), st.sampled_from(DayKind), max_size=2))
    return Hours(
        tuple(draw(st.lists(weekly, min_size=1, max_size=5))),
        tuple(draw(st.lists(overrides, max_size=2))),
        HolidayPolicy(draw(st.booleans()), makeup, weekday),
        OFFICIAL_2026 | more,
    )


caps = st.none() | st.none() | st.integers(1, 4)


@st.composite
def some_booked(draw: st.DrawFn, around: date, zone: ZoneInfo) -> tuple[Booked, ...]:
    """Lectures close by, and far ones that count for the month, quarter and year.

    Some of them are held at two times or more.
    """
    found = []
    offsets = st.integers(-12, 12).map(lambda n: n * 240) | st.sampled_from(
        [n * 1440 for n in (-380, -95, -40, -31, -7, -6, -5, 5, 6, 7, 30, 31, 60, 90, 366)]
    )
    for offset in draw(st.lists(offsets, max_size=6)):
        start = first_minute(around, zone) + (offset + draw(st.integers(0, 60))) * MINUTE
        end = start + draw(st.sampled_from([30, 60, 120])) * MINUTE
        room = draw(st.sampled_from(ROOMS))
        organisation, lecture = draw(st.sampled_from([None, 1, 2])), draw(st.integers(1, 5))
        found.append(Booked(start, end, room, organisation, lecture_id=lecture))
    return tuple(found)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, around = draw(st.sampled_from(PLACES))
    notice = draw(st.sampled_from([0, 0, 0, 1, 3]))
    rules = BookingRules(
        step_minutes=draw(st.sampled_from([15, 30, 45, 60])),
        notice_days=notice,
        horizon_days=draw(st.sampled_from([1, 3, 6, 90])),
        buffer_minutes=draw(st.sampled_from([0, 0, 15, 50])),
        shortest_minutes=draw(st.sampled_from([15, 15, 15, 60])),
        longest_minutes=draw(st.sampled_from([480, 480, 480, 90])),
    )
    often = st.sampled_from([True, True, False])
    spans = spans_near(around).map(lambda span: (span,))
    limits = Limits(
        () if draw(often) else draw(st.lists(spans_near(around), max_size=2).map(tuple)),
        () if draw(often) else draw(spans),
        Caps(*(draw(caps) for _ in range(5))),
    )
    slot_request = SlotRequest(
        minutes=draw(st.sampled_from([15, 60, 90, 120, 150])),
        place=draw(st.sampled_from(ROOMS)),
        organisation_id=draw(st.sampled_from([None, 1, 2])),
        topic=DaySpan() if draw(often) else draw(spans_near(around)),
        lecture_id=draw(st.sampled_from([None, None, 1, 2])),
    )
    first = around + draw(st.integers(-1, 1)) * DAY
    before = draw(st.integers(0, 4 + 3 * notice)) * 1440 - draw(st.integers(0, 1439))
    return Case(
        Availability(draw(some_hours(around)), rules, limits),
        draw(some_booked(around, zone)),
        slot_request,
        first,
        first + draw(st.integers(0, 1)) * DAY,
        first_minute(around, zone) - before * MINUTE,
        zone,
    )


def starts_of(case: Case) -> list[datetime]:
    slots = offered(
        case.known, case.booked, case.slot_request,
        first=case.first, last=case.last, now=case.now, zone=case.zone,
    )  # fmt: skip
    assert {end - start for start, end in slots} <= {case.slot_request.minutes * MINUTE}
    return [start for start, _end in slots]


def reason(case: Case, start: datetime) -> WhyNot | None:
    refused = why_not(
        case.known, case.booked, case.slot_request, start, now=case.now, zone=case.zone
    )
    if refused is None:
        return None
    near = {WhyNot.TAKEN, WhyNot.BUFFER, WhyNot.TRAVEL}
    assert (refused.beside is not None) == (refused.why in near)
    return refused.why


def full_week(policy: HolidayPolicy, day: date) -> Case:
    """Somebody there on weekdays from 8 to 12, asked the day before about a day."""
    weekly = tuple(WeeklyHours(weekday, 480, 720) for weekday in range(5))
    rules = BookingRules(notice_days=0)
    zone = ZoneInfo("Asia/Shanghai")
    return Case(
        Availability(Hours(weekly, (), policy, OFFICIAL_2026), rules),
        (), SlotRequest(60), day, day, first_minute(day - DAY, zone), zone,
    )  # fmt: skip


MONDAYS = HolidayPolicy(makeup=MakeupRule.WEEKDAY, makeup_weekday=0)


@settings(max_examples=examples(1200), deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
@example(full_week(MONDAYS, date(2026, 1, 4)))
@example(full_week(MONDAYS, date(2026, 2, 14)))
@example(full_week(MONDAYS, date(2026, 2, 28)))
@example(full_week(MONDAYS, date(2026, 5, 9)))
@example(full_week(MONDAYS, date(2026, 9, 20)))
@example(full_week(HolidayPolicy(), date(2026, 10, 10)))
def test_what_is_offered_is_what_no_rule_closes(case: Case) -> None:
    assert starts_of(case) == Model(case).starts()


@settings(max_examples=examples(800), deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(), st.lists(st.integers(0, 1439), min_size=4, max_size=12), st.booleans())
def test_the_reason_is_a_rule_that_closes_the_time(
    case: Case, minutes: list[int], quarter: bool
) -> None:
    model, starts = Model(case), set(starts_of(case))
    all_minutes = [minute for minute, _ in minutes_of(case.first, case.zone)]
    tried = {all_minutes[(n // 15 * 15 if quarter else n) % len(all_minutes)] for n in minutes}
    for start in sorted(tried | set(list(starts)[:3])):
        told, rules = reason(case, start), model.closed_by(start)
        assert (told is None) == (start in starts) == (rules == set())
        assert told is None or told in rules, (told, rules)


@pytest.mark.parametrize("day", MAKE_UP_DAYS, ids=str)
@pytest.mark.parametrize(
    ("policy", "count"),
    [(MONDAYS, 7), (HolidayPolicy(), 0), (HolidayPolicy(makeup=MakeupRule.NONE), 0)],
)
def test_a_make_up_day_follows_the_policy(day: date, policy: HolidayPolicy, count: int) -> None:
    case = full_week(policy, day)

    assert day.isoweekday() > 5
    assert len(starts_of(case)) == len(Model(case).starts()) == count
    ten = first_minute(day, case.zone) + 600 * MINUTE
    assert reason(case, ten) == (None if count else WhyNot.OUTSIDE_HOURS)
