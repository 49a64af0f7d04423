"""Builds small .ics files for tests, and parses them with the product's functions."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from booking.availability.external.engine.calendar import BusyTimes, CannotRead, Trouble
from booking.availability.external.expansion import read_calendar

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def event(*lines: str, uid: str = "1") -> str:
    """A VEVENT with these content lines."""
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT", ""))


def timed(*lines: str, start: str = "20261201T090000", end: str = "20261201T100000") -> str:
    """A VEVENT from 9 to 10 on 1 December, with extra lines."""
    return event(f"DTSTART:{start}", f"DTEND:{end}", *lines)


def calendar(*parts: str) -> str:
    """A VCALENDAR of events and lines."""
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + "".join(parts) + "END:VCALENDAR\r\n"


def found(file: str | bytes, *, all_day_busy: bool = True, zone: ZoneInfo = ZONE) -> BusyTimes:
    """What is read of a file."""
    data = file.encode() if isinstance(file, str) else file
    return read_calendar(data, zone=zone.key, all_day_busy=all_day_busy, now=NOW)


def read(file: str | bytes, *, all_day_busy: bool = True, zone: ZoneInfo = ZONE) -> list[str]:
    """The busy times, formatted in local time: 12-01 09:00–12-01 10:00."""
    return [
        f"{start.astimezone(zone):%m-%d %H:%M}–{end.astimezone(zone):%m-%d %H:%M}"
        for start, end in found(file, all_day_busy=all_day_busy, zone=zone).spans
    ]


def unread(file: str | bytes, *, all_day_busy: bool = True) -> list[tuple[str, list[str], bool]]:
    """The entries that were not read: kind, unknown days, and whether there may be others."""
    return [
        (
            one.flaw.value,
            [f"{start.astimezone(ZONE):%m-%d}" for start, _end in one.spans],
            one.elsewhere,
        )
        for one in found(file, all_day_busy=all_day_busy).unread
    ]


def trouble(file: str | bytes) -> Trouble | None:
    """The reason why a file cannot be parsed, or None."""
    try:
        read(file)
    except CannotRead as error:
        return error.trouble
    return None
