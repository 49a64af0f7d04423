"""VTIMEZONE texts say what ``zoneinfo`` says, or are not written."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Timezone

from booking.calendars.engine.timezones import FIRST_YEAR, LAST_YEAR, vtimezone, writable_zone

NORTH_AND_SOUTH = (
    "America/New_York",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "America/Havana",
    "Asia/Kathmandu",
    "Asia/Shanghai",
)


def test_shanghai_is_one_standard_time() -> None:
    assert vtimezone("Asia/Shanghai", 2026, 2027) == (
        "BEGIN:VTIMEZONE\r\n"
        "TZID:Asia/Shanghai\r\n"
        "BEGIN:STANDARD\r\n"
        "DTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:+0800\r\n"
        "TZOFFSETTO:+0800\r\n"
        "TZNAME:CST\r\n"
        "END:STANDARD\r\n"
        "END:VTIMEZONE\r\n"
    )


def test_new_york_has_two_yearly_rules_from_the_year_before() -> None:
    assert vtimezone("America/New_York", 2026, 2027) == (
        "BEGIN:VTIMEZONE\r\n"
        "TZID:America/New_York\r\n"
        "BEGIN:STANDARD\r\n"
        "DTSTART:20251102T020000\r\n"
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n"
        "TZOFFSETFROM:-0400\r\n"
        "TZOFFSETTO:-0500\r\n"
        "TZNAME:EST\r\n"
        "END:STANDARD\r\n"
        "BEGIN:DAYLIGHT\r\n"
        "DTSTART:20250309T020000\r\n"
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"
        "TZOFFSETFROM:-0500\r\n"
        "TZOFFSETTO:-0400\r\n"
        "TZNAME:EDT\r\n"
        "END:DAYLIGHT\r\n"
        "END:VTIMEZONE\r\n"
    )


def test_last_sunday_counts_from_the_end_and_half_hours_are_kept() -> None:
    berlin = str(vtimezone("Europe/Berlin", 2026, 2027)).splitlines()
    lord_howe = str(vtimezone("Australia/Lord_Howe", 2026, 2027)).splitlines()

    assert [line for line in berlin if line.startswith(("DTSTART", "RRULE"))] == [
        "DTSTART:20251026T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "DTSTART:20250330T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    ]
    assert [line for line in lord_howe if line.startswith("TZOFFSETTO")] == [
        "TZOFFSETTO:+1030",
        "TZOFFSETTO:+1100",
    ]


def test_irish_winter_is_the_standard_time_although_its_file_says_otherwise() -> None:
    dublin = str(vtimezone("Europe/Dublin", 2026, 2027)).splitlines()

    assert [line for line in dublin if line.startswith(("BEGIN", "TZOFFSETTO", "TZNAME"))] == [
        "BEGIN:VTIMEZONE",
        "BEGIN:STANDARD",
        "TZOFFSETTO:+0000",
        "TZNAME:GMT",
        "BEGIN:DAYLIGHT",
        "TZOFFSETTO:+0100",
        "TZNAME:IST",
    ]


@pytest.mark.parametrize("zone", ["Africa/Cairo", "America/Santiago", "Asia/Gaza", "America/Nuuk"])
def test_rule_that_no_rrule_can_say_is_not_written(zone: str) -> None:
    assert vtimezone(zone) is None


def test_zone_that_disagrees_within_the_years_is_not_written() -> None:
    # Morocco leaves its usual time for Ramadan, which no yearly rule follows.
    assert vtimezone("Africa/Casablanca") is None
    # The United States moved both of its changes in 2007, Brazil gave them up in 2019.
    assert vtimezone("America/New_York", 2006, 2026) is None
    assert writable_zone("America/New_York", 2007, 2026)
    assert vtimezone("America/Sao_Paulo", 2018, 2026) is None
    assert writable_zone("America/Sao_Paulo", 2020, 2026)


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "UTC",
        "GMT",
        "Etc/GMT-8",
        "Etc/UTC",
        "PRC",
        "China Standard Time",
        "America/Argentina",
        "Asia/Nowhere",
        "Asia/../Asia/Shanghai",
        "/etc/passwd",
        "Asia/Shanghai\r\nX:1",
    ],
)
def test_name_that_is_no_place_is_not_written(zone: str) -> None:
    assert not writable_zone(zone)


@given(
    zone=st.sampled_from(NORTH_AND_SOUTH),
    instant=st.datetimes(
        datetime(FIRST_YEAR, 1, 2), datetime(LAST_YEAR, 12, 30), timezones=st.just(UTC)
    ),
)
def test_another_reader_of_the_text_finds_the_offset_of_zoneinfo(
    zone: str, instant: datetime
) -> None:
    assert _offset_by_text(zone, instant) == instant.astimezone(ZoneInfo(zone)).utcoffset()


@pytest.mark.parametrize("zone", NORTH_AND_SOUTH)
def test_another_reader_changes_its_clock_in_the_same_hour(zone: str) -> None:
    hour = datetime(2026, 1, 1, 0, 59, 59, tzinfo=UTC)
    changes = []
    for _ in range(2 * 365 * 24):
        following = hour + timedelta(hours=1)
        if hour.astimezone(ZoneInfo(zone)).utcoffset() != (
            following.astimezone(ZoneInfo(zone)).utcoffset()
        ):
            changes += [hour, following]
        hour = following

    # Two changes a year, an hour seen on either side of each; or a zone without any.
    assert len(changes) == (0 if zone in {"Asia/Shanghai", "Asia/Kathmandu"} else 8)
    assert [_offset_by_text(zone, hour) for hour in changes] == [
        hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in changes
    ]


def _reader(zone: str) -> tzinfo:
    component = Timezone.from_ical(str(vtimezone(zone)))
    assert isinstance(component, Timezone)
    # Without this, icalendar would look the name up instead of reading the text.
    reader = component.to_tz(lookup_tzid=False)
    assert isinstance(reader, tzinfo)
    return reader


_READERS = {zone: _reader(zone) for zone in NORTH_AND_SOUTH}


def _offset_by_text(zone: str, instant: datetime) -> timedelta | None:
    return instant.astimezone(_READERS[zone]).utcoffset()
