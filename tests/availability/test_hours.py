"""Weekly hours, exceptions, holidays and the turns of the clock, by example."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

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
from booking.availability.engine.zones import day_bounds, local_date, local_instant

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ST_JOHNS = ZoneInfo("America/St_Johns")
APIA = ZoneInfo("Pacific/Apia")

MONDAY = date(2026, 11, 23)
MAKEUP_SATURDAYS = [date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 10, 10)]
NATIONAL_DAY = date(2026, 10, 1)
CALENDAR = {NATIONAL_DAY: DayKind.OFF} | dict.fromkeys(MAKEUP_SATURDAYS, DayKind.WORK)
EVERY_DAY = tuple(WeeklyHours(weekday, 540, 720) for weekday in range(7))
ALWAYS = tuple(WeeklyHours(weekday, 0, 1440) for weekday in range(7))


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def on_the_wall(hours: Hours, first: date, last: date, zone: ZoneInfo = SHANGHAI) -> list[str]:
    """Openings as local text, which is how one reads a week."""
    return [
        f"{start.astimezone(zone):%m-%d %H:%M}–{end.astimezone(zone):%m-%d %H:%M}"
        for start, end in openings(hours, first, last, zone)
    ]


def extra(day: date, start: int, end: int) -> Override:
    return Override(day, day, OverrideKind.EXTRA, start, end)


def closed(day: date, start: int = 0, end: int = 1440) -> Override:
    return Override(day, day, OverrideKind.CLOSED, start, end)


class TestWeeklyHours:
    def test_local_morning_becomes_utc(self) -> None:
        hours = Hours((WeeklyHours(0, 510, 720),))
        found = openings(hours, MONDAY, MONDAY + timedelta(6), SHANGHAI)
        assert found == [(utc(2026, 11, 23, 0, 30), utc(2026, 11, 23, 4, 0))]

    def test_both_days_of_the_range_count(self) -> None:
        found = on_the_wall(Hours(EVERY_DAY), MONDAY, MONDAY + timedelta(1))
        assert found == ["11-23 09:00–11-23 12:00", "11-24 09:00–11-24 12:00"]

    def test_a_range_that_ends_before_it_begins_holds_nothing(self) -> None:
        assert openings(Hours(EVERY_DAY), MONDAY, MONDAY - timedelta(1), SHANGHAI) == []

    def test_blocks_that_touch_or_overlap_are_merged(self) -> None:
        weekly = (WeeklyHours(0, 600, 720), WeeklyHours(0, 540, 600), WeeklyHours(0, 660, 780))
        assert on_the_wall(Hours(weekly), MONDAY, MONDAY) == ["11-23 09:00–11-23 13:00"]

    def test_an_evening_until_24_and_the_next_night_are_one_opening(self) -> None:
        weekly = (WeeklyHours(3, 1320, 1440), WeeklyHours(4, 0, 60))
        found = on_the_wall(Hours(weekly), date(2026, 12, 31), date(2027, 1, 1))
        assert found == ["12-31 22:00–01-01 01:00"]

    def test_an_evening_until_23_59_leaves_one_minute_closed(self) -> None:
        weekly = (WeeklyHours(3, 1320, 1439), WeeklyHours(4, 0, 60))
        found = on_the_wall(Hours(weekly), date(2026, 12, 31), date(2027, 1, 1))
        assert found == ["12-31 22:00–12-31 23:59", "01-01 00:00–01-01 01:00"]

    def test_leap_day_is_a_day(self) -> None:
        found = on_the_wall(Hours(EVERY_DAY), date(2028, 2, 29), date(2028, 2, 29))
        assert found == ["02-29 09:00–02-29 12:00"]

    def test_first_and_last_day_of_validity_count(self) -> None:
        weekly = tuple(
            WeeklyHours(w, 540, 720, valid_from=MONDAY, valid_to=MONDAY + timedelta(1))
            for w in range(7)
        )
        found = on_the_wall(Hours(weekly), MONDAY - timedelta(7), MONDAY + timedelta(14))
        assert found == ["11-23 09:00–11-23 12:00", "11-24 09:00–11-24 12:00"]

    @pytest.mark.parametrize("week_of", [date(2026, 12, 28), date(2027, 1, 3), date(2026, 11, 30)])
    def test_every_other_week_runs_on_across_the_year(self, week_of: date) -> None:
        weekly = (WeeklyHours(3, 540, 720, weeks=2, week_of=week_of),)
        found = on_the_wall(Hours(weekly), date(2026, 12, 14), date(2027, 1, 17))
        assert found == [
            "12-17 09:00–12-17 12:00",
            "12-31 09:00–12-31 12:00",
            "01-14 09:00–01-14 12:00",
        ]


class TestOverrides:
    def test_extra_opens_and_merges_with_the_hours(self) -> None:
        hours = Hours(EVERY_DAY, (extra(MONDAY, 720, 780), extra(MONDAY, 1140, 1260)))
        found = on_the_wall(hours, MONDAY, MONDAY)
        assert found == ["11-23 09:00–11-23 13:00", "11-23 19:00–11-23 21:00"]

    def test_closed_beats_extra(self) -> None:
        hours = Hours(EVERY_DAY, (extra(MONDAY, 540, 900), closed(MONDAY, 600, 840)))
        found = on_the_wall(hours, MONDAY, MONDAY)
        assert found == ["11-23 09:00–11-23 10:00", "11-23 14:00–11-23 15:00"]

    def test_an_override_holds_on_its_first_and_last_date_only(self) -> None:
        away = Override(MONDAY + timedelta(1), MONDAY + timedelta(2), OverrideKind.CLOSED)
        found = on_the_wall(Hours(EVERY_DAY, (away,)), MONDAY, MONDAY + timedelta(3))
        assert found == ["11-23 09:00–11-23 12:00", "11-26 09:00–11-26 12:00"]

    def test_an_override_longer_than_the_range_is_cut_to_it(self) -> None:
        guest = Override(date(2026, 1, 1), date(2026, 12, 31), OverrideKind.EXTRA, 600, 660)
        found = on_the_wall(Hours((), (guest,)), MONDAY, MONDAY)
        assert found == ["11-23 10:00–11-23 11:00"]


class TestHolidays:
    def test_a_statutory_day_off_closes_the_weekly_hours(self) -> None:
        hours = Hours(EVERY_DAY, days=CALENDAR)
        assert openings(hours, NATIONAL_DAY, NATIONAL_DAY, SHANGHAI) == []

    def test_unless_the_policy_keeps_them_open(self) -> None:
        hours = Hours(EVERY_DAY, policy=HolidayPolicy(closed_on_holidays=False), days=CALENDAR)
        found = on_the_wall(hours, NATIONAL_DAY, NATIONAL_DAY)
        assert found == ["10-01 09:00–10-01 12:00"]

    def test_extra_beats_a_holiday(self) -> None:
        hours = Hours(EVERY_DAY, (extra(NATIONAL_DAY, 600, 660),), days=CALENDAR)
        found = on_the_wall(hours, NATIONAL_DAY, NATIONAL_DAY)
        assert found == ["10-01 10:00–10-01 11:00"]

    @pytest.mark.parametrize("saturday", MAKEUP_SATURDAYS)
    @pytest.mark.parametrize(
        ("policy", "opens"),
        [
            (HolidayPolicy(), ["10:00"]),
            (HolidayPolicy(makeup=MakeupRule.WEEKDAY, makeup_weekday=0), ["08:00"]),
            (HolidayPolicy(makeup=MakeupRule.NONE), []),
        ],
    )
    def test_a_makeup_saturday_follows_the_policy(
        self, saturday: date, policy: HolidayPolicy, opens: list[str]
    ) -> None:
        weekly = (WeeklyHours(0, 480, 540), WeeklyHours(5, 600, 660))
        found = openings(Hours(weekly, (), policy, CALENDAR), saturday, saturday, SHANGHAI)
        assert [f"{start.astimezone(SHANGHAI):%H:%M}" for start, _ in found] == opens

    def test_an_ordinary_saturday_keeps_its_own_hours(self) -> None:
        policy = HolidayPolicy(makeup=MakeupRule.NONE)
        saturday = date(2026, 10, 17)
        found = on_the_wall(Hours(EVERY_DAY, (), policy, CALENDAR), saturday, saturday)
        assert found == ["10-17 09:00–10-17 12:00"]

    def test_a_weekday_marked_as_work_keeps_its_own_hours(self) -> None:
        policy = HolidayPolicy(makeup=MakeupRule.NONE)
        hours = Hours(EVERY_DAY, (), policy, {MONDAY: DayKind.WORK})
        assert on_the_wall(hours, MONDAY, MONDAY) == ["11-23 09:00–11-23 12:00"]

    def test_a_makeup_saturday_looks_at_its_own_week(self) -> None:
        saturday = date(2026, 10, 10)
        policy = HolidayPolicy(makeup=MakeupRule.WEEKDAY, makeup_weekday=4)
        this_week = WeeklyHours(4, 540, 600, weeks=2, week_of=date(2026, 10, 5))
        next_week = WeeklyHours(4, 840, 900, weeks=2, week_of=date(2026, 10, 12))
        found = on_the_wall(Hours((this_week, next_week), (), policy, CALENDAR), saturday, saturday)
        assert found == ["10-10 09:00–10-10 10:00"]


class TestTheClockTurns:
    def test_spring_forward_skips_the_missing_hour(self) -> None:
        sunday = date(2026, 3, 8)
        hours = Hours((WeeklyHours(6, 60, 240),))
        found = openings(hours, sunday, sunday, NEW_YORK)
        assert found == [(utc(2026, 3, 8, 6), utc(2026, 3, 8, 8))]

    def test_hours_within_the_missing_hour_yield_nothing(self) -> None:
        sunday = date(2026, 3, 8)
        assert openings(Hours((WeeklyHours(6, 120, 180),)), sunday, sunday, NEW_YORK) == []

    def test_fall_back_counts_both_passes(self) -> None:
        sunday = date(2026, 11, 1)
        found = openings(Hours((WeeklyHours(6, 60, 90),)), sunday, sunday, NEW_YORK)
        assert found == [
            (utc(2026, 11, 1, 5), utc(2026, 11, 1, 5, 30)),
            (utc(2026, 11, 1, 6), utc(2026, 11, 1, 6, 30)),
        ]

    def test_lord_howe_turns_by_half_an_hour(self) -> None:
        sunday = date(2026, 4, 5)
        found = openings(Hours((WeeklyHours(6, 0, 1440),)), sunday, sunday, LORD_HOWE)
        assert found[0][1] - found[0][0] == timedelta(hours=24, minutes=30)
        assert len(found) == 1

    def test_hours_of_a_spring_keep_their_wall_time(self) -> None:
        hours = Hours((WeeklyHours(5, 540, 600), WeeklyHours(0, 540, 600)))
        found = openings(hours, date(2026, 3, 7), date(2026, 3, 9), NEW_YORK)
        assert [start for start, _ in found] == [utc(2026, 3, 7, 14), utc(2026, 3, 9, 13)]

    def test_a_day_that_was_skipped_yields_nothing(self) -> None:
        skipped = date(2011, 12, 30)
        assert openings(Hours(ALWAYS), skipped, skipped, APIA) == []

    def test_the_days_around_a_skipped_one_join(self) -> None:
        found = openings(Hours(ALWAYS), date(2011, 12, 29), date(2011, 12, 31), APIA)
        assert found == [(utc(2011, 12, 29, 10), utc(2011, 12, 31, 10))]

    def test_a_date_that_came_twice_is_open_twice(self) -> None:
        # At 00:01 on 2010-11-07 clocks in St John's went back to 23:01 on the 6th.
        saturday = date(2010, 11, 6)
        found = openings(Hours((WeeklyHours(5, 1380, 1440),)), saturday, saturday, ST_JOHNS)
        assert found == [
            (utc(2010, 11, 7, 1, 30), utc(2010, 11, 7, 2, 30)),
            (utc(2010, 11, 7, 2, 31), utc(2010, 11, 7, 3, 30)),
        ]


class TestLocalTime:
    @pytest.mark.parametrize(
        ("day", "minute", "zone", "instant"),
        [
            (MONDAY, 540, SHANGHAI, utc(2026, 11, 23, 1)),
            (MONDAY, 1440, SHANGHAI, utc(2026, 11, 23, 16)),
            (date(2026, 3, 8), 150, NEW_YORK, utc(2026, 3, 8, 7)),  # in the gap
            (date(2026, 3, 8), 180, NEW_YORK, utc(2026, 3, 8, 7)),
            (date(2026, 11, 1), 90, NEW_YORK, utc(2026, 11, 1, 5, 30)),  # twice
            (date(2026, 11, 1), 120, NEW_YORK, utc(2026, 11, 1, 7)),
            (date(2018, 11, 4), 0, SAO_PAULO, utc(2018, 11, 4, 3)),  # no midnight that day
            (date(2011, 12, 30), 720, APIA, utc(2011, 12, 30, 10)),  # no such day
        ],
    )
    def test_local_instant(self, day: date, minute: int, zone: ZoneInfo, instant: datetime) -> None:
        assert local_instant(day, minute, zone) == instant

    @pytest.mark.parametrize("minute", [-1, 1441])
    def test_local_instant_refuses_what_is_no_minute_of_a_day(self, minute: int) -> None:
        with pytest.raises(ValueError, match="0 to 1440"):
            local_instant(MONDAY, minute, SHANGHAI)

    def test_local_date(self) -> None:
        instant = utc(2026, 12, 31, 16)
        assert local_date(instant, SHANGHAI) == date(2027, 1, 1)
        assert local_date(instant, NEW_YORK) == date(2026, 12, 31)

    def test_local_date_refuses_a_naive_time(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            local_date(datetime(2026, 1, 1), SHANGHAI)

    @pytest.mark.parametrize(
        ("day", "zone", "length"),
        [
            (MONDAY, SHANGHAI, timedelta(hours=24)),
            (date(2026, 3, 8), NEW_YORK, timedelta(hours=23)),
            (date(2026, 11, 1), NEW_YORK, timedelta(hours=25)),
            (date(2018, 11, 4), SAO_PAULO, timedelta(hours=23)),
            (date(2018, 2, 17), SAO_PAULO, timedelta(hours=25)),
            (date(2026, 4, 5), LORD_HOWE, timedelta(hours=24, minutes=30)),
            (date(2011, 12, 30), APIA, timedelta(0)),
        ],
    )
    def test_length_of_a_day(self, day: date, zone: ZoneInfo, length: timedelta) -> None:
        start, end = day_bounds(day, zone)
        assert end - start == length

    @pytest.mark.parametrize("day", [date.min, date.max])
    def test_dates_at_the_ends_of_the_calendar_are_refused(self, day: date) -> None:
        with pytest.raises(ValueError, match="too near"):
            day_bounds(day, SHANGHAI)


class TestWhyClosed:
    def why(self, hours: Hours, day: date, start: int, end: int) -> ClosedBecause | None:
        begin, finish = (local_instant(day, minute, SHANGHAI) for minute in (start, end))
        return why_closed(hours, begin, finish, SHANGHAI)

    def test_nothing_is_wrong_with_an_open_stretch(self) -> None:
        assert self.why(Hours(EVERY_DAY), MONDAY, 540, 720) is None

    def test_a_stretch_may_cross_midnight(self) -> None:
        start, end = utc(2026, 11, 23, 15), utc(2026, 11, 23, 18)
        assert why_closed(Hours(ALWAYS), start, end, SHANGHAI) is None

    @pytest.mark.parametrize(("start", "end"), [(539, 600), (700, 721), (900, 960)])
    def test_outside_hours(self, start: int, end: int) -> None:
        found = self.why(Hours(EVERY_DAY), MONDAY, start, end)
        assert found == ClosedBecause.OUTSIDE_HOURS

    def test_closed_by_an_override(self) -> None:
        hours = Hours(EVERY_DAY, (closed(MONDAY, 600, 660),))
        assert self.why(hours, MONDAY, 570, 630) == ClosedBecause.CLOSED_OVERRIDE
        assert self.why(hours, MONDAY, 660, 720) is None

    def test_an_override_that_has_ended_is_no_reason(self) -> None:
        hours = Hours(EVERY_DAY, (closed(MONDAY, 660, 780),))
        assert self.why(hours, MONDAY, 780, 840) == ClosedBecause.OUTSIDE_HOURS

    def test_a_holiday_is_named_before_the_instructors_absence(self) -> None:
        hours = Hours(EVERY_DAY, (closed(NATIONAL_DAY),), days=CALENDAR)
        assert self.why(hours, NATIONAL_DAY, 570, 630) == ClosedBecause.HOLIDAY

    def test_a_holiday_opened_by_extra_is_closed_by_the_override(self) -> None:
        overrides = (extra(NATIONAL_DAY, 540, 720), closed(NATIONAL_DAY, 600, 720))
        hours = Hours(EVERY_DAY, overrides, days=CALENDAR)
        assert self.why(hours, NATIONAL_DAY, 570, 630) == ClosedBecause.CLOSED_OVERRIDE

    def test_a_holiday_that_the_policy_ignores_is_no_reason(self) -> None:
        hours = Hours(EVERY_DAY, (), HolidayPolicy(closed_on_holidays=False), CALENDAR)
        assert self.why(hours, NATIONAL_DAY, 540, 780) == ClosedBecause.OUTSIDE_HOURS

    def test_the_first_closed_instant_decides(self) -> None:
        hours = Hours(EVERY_DAY, (closed(MONDAY, 600, 660),))
        assert self.why(hours, MONDAY, 500, 630) == ClosedBecause.OUTSIDE_HOURS
        assert self.why(hours, MONDAY, 540, 800) == ClosedBecause.CLOSED_OVERRIDE

    def test_an_empty_stretch_is_refused(self) -> None:
        with pytest.raises(ValueError, match="empty stretch"):
            why_closed(Hours(EVERY_DAY), utc(2026, 11, 23), utc(2026, 11, 23), SHANGHAI)


class TestRefusals:
    @pytest.mark.parametrize(("start", "end"), [(600, 600), (700, 600), (-1, 60), (1380, 1441)])
    def test_minutes(self, start: int, end: int) -> None:
        with pytest.raises(ValueError, match="within one day"):
            WeeklyHours(0, start, end)
        with pytest.raises(ValueError, match="within one day"):
            Override(MONDAY, MONDAY, OverrideKind.EXTRA, start, end)

    @pytest.mark.parametrize("weekday", [-1, 7])
    def test_weekday(self, weekday: int) -> None:
        with pytest.raises(ValueError, match="weekday"):
            WeeklyHours(weekday, 540, 600)
        with pytest.raises(ValueError, match="weekday"):
            HolidayPolicy(makeup=MakeupRule.WEEKDAY, makeup_weekday=weekday)

    def test_every_other_week_of_no_week(self) -> None:
        with pytest.raises(ValueError, match="every other week"):
            WeeklyHours(0, 540, 600, weeks=2)

    def test_reversed_override(self) -> None:
        with pytest.raises(ValueError, match="on or after"):
            Override(MONDAY, MONDAY - timedelta(1), OverrideKind.CLOSED)

    def test_policy_with_half_of_its_makeup_rule(self) -> None:
        with pytest.raises(ValueError, match="makeup_weekday"):
            HolidayPolicy(makeup=MakeupRule.WEEKDAY)
        with pytest.raises(ValueError, match="makeup_weekday"):
            HolidayPolicy(makeup=MakeupRule.OWN, makeup_weekday=0)
