"""Zones of external calendars, compared with another reader of VTIMEZONE (python-dateutil)."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from booking.availability.external.engine.calendar import AHEAD, BACK
from booking.availability.external.engine.occurrences import busy_spans
from booking.availability.external.engine.text import busy_lines
from tests.availability.external_files import NOW, calendar, event
from tests.availability.external_files import ZONE as OWNER

DAYS = [datetime(2026, 11, 25, 9) + timedelta(days=37 * number) for number in range(10)]
"""Nine in the morning on days of all seasons, local time of the zone of the event."""


def observance(kind: str, start: str, before: str, after: str, *more: str) -> str:
    lines = (
        f"BEGIN:{kind}", f"DTSTART:{start}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}",
        *more, f"END:{kind}", "",
    )  # fmt: skip
    return "\r\n".join(lines)


def described(name: str, *observances: str) -> str:
    return f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n{''.join(observances)}END:VTIMEZONE\r\n"


SUMMER = "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"
WINTER = "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"
FIVE = ("STANDARD", "19700101T000000", "+0500", "+0500")
ZONES = {
    "Custom": (described("Custom", observance(*FIVE)), "Custom"),
    "named UTC": (described("Custom", observance(*FIVE, "TZNAME:UTC")), "Custom"),
    "with a name": (described("Custom", observance(*FIVE, "TZNAME:+05")), "Custom"),
    "Customized Time Zone": (
        described(
            "Customized Time Zone",
            observance("DAYLIGHT", "19700329T020000", "+0000", "+0100", SUMMER),
            observance("STANDARD", "19701025T020000", "+0100", "+0000", WINTER),
        ),
        "Customized Time Zone",
    ),
    "half an hour": (
        described("/example.org/Half", observance("STANDARD", "19700101T000000", "-0330", "-0330")),
        "/example.org/Half",
    ),
    "named GMT in winter": (
        described(
            "Buro",
            observance("DAYLIGHT", "19700329T010000", "+0000", "+0100", SUMMER, "TZNAME:UTC+1"),
            observance("STANDARD", "19701025T020000", "+0100", "+0000", WINTER, "TZNAME:UTC"),
        ),
        "Buro",
    ),
}
HOMES = ["", "Europe/London", "Asia/Shanghai", "America/New_York", "UTC"]
KNOWN = {
    "Europe/Berlin": "Europe/Berlin",
    "W. Europe Standard Time": "Europe/Berlin",
    "Eastern Standard Time": "America/New_York",
    "China Standard Time": "Asia/Shanghai",
    "America/Sao_Paulo": "America/Sao_Paulo",
    "UTC": "UTC",
}
"""Names that say which zone is meant, with the zone."""


def spans(home: str, *parts: str) -> list[tuple[datetime, datetime]]:
    """The busy times of the events of a calendar, in UTC."""
    head = f"X-WR-TIMEZONE:{home}\r\n" if home else ""
    # In this process: a child for each of the many cases would take minutes.
    found = busy_spans(
        busy_lines(calendar(head, *parts).encode()).text,
        zone=OWNER,
        all_day_busy=True,
        since=NOW - BACK,
        until=NOW + AHEAD,
    )
    return found.spans


def starts(home: str, *parts: str) -> list[datetime]:
    """When the events of a calendar begin, in UTC."""
    return [start for start, _end in spans(home, *parts)]


def at(day: datetime, name: str = "") -> str:
    zone = f";TZID={name}" if name else ""
    return event(f"DTSTART{zone}:{day:%Y%m%dT%H%M%S}", "DURATION:PT1H", uid=day.isoformat())


def utc(days: list[datetime], zone: tzinfo) -> list[datetime]:
    return sorted(day.replace(tzinfo=zone).astimezone(UTC) for day in days)


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("kind", ZONES)
def test_a_zone_that_only_the_file_knows(kind: str, home: str) -> None:
    text, name = ZONES[kind]
    # The other reader wants a name in each observance; which one does not matter to it.
    judged = tzical(io.StringIO(text.replace("\r\n", "\n"))).get(name)

    assert starts(home, text, *(at(day, name) for day in DAYS)) == utc(DAYS, judged)


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("name", KNOWN)
def test_a_zone_whose_name_says_which(name: str, home: str) -> None:
    expected = utc(DAYS, ZoneInfo(KNOWN[name]))

    assert starts(home, *(at(day, name) for day in DAYS)) == expected


@pytest.mark.parametrize("home", HOMES[1:])
def test_an_export_with_all_kinds_of_times(home: str) -> None:
    """Times in UTC, with a known zone, in a zone of the file, and floating ones."""
    text, name = ZONES["Custom"]
    days = DAYS[0], DAYS[1], DAYS[2], DAYS[3]
    found = starts(
        home,
        text,
        at(days[0], name),
        at(days[1], "Europe/Berlin"),
        event(f"DTSTART:{days[2]:%Y%m%dT%H%M%S}Z", "DURATION:PT1H", uid="utc"),
        at(days[3]),
    )

    assert found == [
        days[0].replace(tzinfo=UTC) - timedelta(hours=5),
        days[1].replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC),
        days[2].replace(tzinfo=UTC),
        days[3].replace(tzinfo=ZoneInfo(home)).astimezone(UTC),
    ]


@pytest.mark.parametrize("home", HOMES)
def test_a_series_in_a_zone_of_the_file_with_an_exception(home: str) -> None:
    text, name = ZONES["Customized Time Zone"]
    first = datetime(2027, 3, 26, 9)
    series = event(
        f"DTSTART;TZID={name}:{first:%Y%m%dT%H%M%S}",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;COUNT=5",
        f"EXDATE;TZID={name}:{first + timedelta(days=1):%Y%m%dT%H%M%S}",
    )
    days = [first + timedelta(days=number) for number in (0, 2, 3, 4)]

    assert starts(home, text, series) == utc(days, ZoneInfo("Europe/London"))


def test_the_case_that_was_an_hour_and_more_off() -> None:
    text, name = ZONES["Custom"]

    [start] = starts("Europe/London", text, at(datetime(2026, 12, 1, 9), name))

    assert start == datetime(2026, 12, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize("home", ["", "Europe/Berlin"])
@pytest.mark.parametrize("length", ["DURATION:PT45M", "DTEND{zone}:{day}T031500"])
@pytest.mark.parametrize("rule", [(), ("RRULE:FREQ=YEARLY;COUNT=1",)])
def test_a_time_that_clocks_skip_has_the_offset_from_before(
    home: str, length: str, rule: tuple[str, ...]
) -> None:
    zone = "" if home else ";TZID=Europe/Berlin"
    parts = [
        event(f"DTSTART{zone}:{day}T023000", length.format(zone=zone, day=day), *rule, uid=day)
        for day in ("20270328", "20271031")
    ]
    # RFC 5545 3.3.5: at 03:30 summer time, and from the first 02:30 until 03:15 winter time.
    assert spans(home, *parts) == [
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), datetime(2027, 3, 28, 2, 15, tzinfo=UTC)),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 2, 15, tzinfo=UTC)),
    ]
