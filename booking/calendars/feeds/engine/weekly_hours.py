"""Weekly hours as one VAVAILABILITY (RFC 7953). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Availability, Available

from booking.availability.engine.hours import WeeklyHours
from booking.availability.engine.zones import local_instant

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def availability(
    *, uid: str, zone: ZoneInfo, today: date, last: date, weekly: Sequence[WeeklyHours]
) -> str:
    """The CRLF text of one VAVAILABILITY from this week's Monday to the end of `last`.

    Busy but for the weekly hours. Times are local with a TZID: in UTC, Monday 7:00 in Shanghai
    would be a Sunday. `uid` is a prefix, made unique for each part. The same in one week.
    """
    begin = monday_of(today)
    stamp = datetime.combine(begin, time(), UTC)
    component = Availability()
    component.add("UID", uid)
    component.add("DTSTAMP", stamp)
    component.add("DTSTART", _local(begin, 0, zone))
    component.add("DTEND", _local(last, 1440, zone))
    component.add("BUSYTYPE", "BUSY-UNAVAILABLE")
    ordered = sorted(weekly, key=lambda one: (one.weekday, one.start, one.end, str(one)))
    for number, hours in enumerate(ordered, start=1):
        for part in _available(hours, begin, last, zone):
            part.add("UID", f"{number}-{uid}")
            part.add("DTSTAMP", stamp)
            component.add_component(part)
    return str(component.to_ical(sorted=False).decode())


def _available(hours: WeeklyHours, begin: date, last: date, zone: ZoneInfo) -> Iterator[Available]:
    """One AVAILABLE with a weekly rule; none if the hours are not valid in the time."""
    first = _first_day(hours, max(begin, hours.valid_from or begin))
    end = min(last, hours.valid_to or last)
    if first > end:
        return
    part = Available()
    part.add("DTSTART", _local(first, hours.start, zone))
    part.add("DTEND", _local(first, hours.end, zone))
    rule: dict[str, object] = {"FREQ": "WEEKLY"}
    if hours.weeks > 1:
        rule["INTERVAL"] = hours.weeks
    # With a TZID, UNTIL is in UTC (RFC 5545, 3.3.10).
    rule["UNTIL"] = local_instant(end, 1440, zone) - timedelta(seconds=1)
    rule["BYDAY"] = WEEKDAYS[hours.weekday]
    part.add("RRULE", rule)
    yield part


def _first_day(hours: WeeklyHours, earliest: date) -> date:
    """The first day of the hours on or after a day, in a week that counts."""
    day = earliest + timedelta(days=(hours.weekday - earliest.weekday()) % 7)
    if hours.week_of is not None:
        weeks = (monday_of(day) - monday_of(hours.week_of)).days // 7
        day += _WEEK * (-weeks % hours.weeks)
    return day


def _local(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A local time; minute 1440 is the midnight that ends the day."""
    return local_instant(day, minute, zone).astimezone(zone)
