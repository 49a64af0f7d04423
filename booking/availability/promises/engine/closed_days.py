"""Whether a lecture lies in time that was closed after it was promised. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import Override, OverrideKind
from booking.availability.engine.intervals import Interval, overlaps
from booking.availability.engine.limits import DaySpan
from booking.availability.engine.zones import local_date, local_instant

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


def lies_in_closed_time(
    lecture: Interval,
    overrides: Iterable[Override],
    suspensions: Iterable[DaySpan],
    zone: ZoneInfo,
) -> bool:
    """Whether any of the lecture lies in closed exceptions, or its first day is suspended."""
    day, last = local_date(lecture[0], zone), local_date(lecture[1] - _MICROSECOND, zone)
    if any(day in span for span in suspensions):
        return True
    closed = [one for one in overrides if one.kind is OverrideKind.CLOSED]
    while day <= last:
        for one in closed:
            if one.first <= day <= one.last and overlaps(lecture, _hours(one, day, zone)):
                return True
        day += _DAY
    return False


def _hours(one: Override, day: date, zone: ZoneInfo) -> Interval:
    return local_instant(day, one.start, zone), local_instant(day, one.end, zone)
