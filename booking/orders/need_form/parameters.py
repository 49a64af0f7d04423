"""What fills the form of a need: an earlier order, or the search that found nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import zip_longest
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from booking.availability.engine.day_parts import HalfDay
from booking.directory.engine.url_parameters import read_day
from booking.errors import Invalid
from booking.orders.engine.needs import LONGEST_WISH
from booking.orders.engine.windows import MOST_WINDOWS
from booking.orders.models import Order

LONGEST_CODE = 40
USUAL_HOURS = 2
"""How long a window is of which only the beginning is known."""

Arguments = MultiDict[str, str]
Values = dict[str, object]


def from_search(arguments: Arguments) -> Values:
    """The values of form fields that the parameters of a search or a match query give."""
    values: Values = {
        "wish": arguments.get("q", "").strip()[:LONGEST_WISH],
        **{
            name: arguments.get(name, "")[:LONGEST_CODE]
            for name in ("field", "audience", "format", "region", "topic", "instructor")
        },
    }
    for number, (day, part) in enumerate(_days(arguments), 1):
        values |= _window(number, day, part)
    return {name: value for name, value in values.items() if value}


def _days(arguments: Arguments) -> list[tuple[str, str]]:
    """Days with parts of the day: the preferred ones, else those from the first to the last."""
    pairs = zip_longest(arguments.getlist("day"), arguments.getlist("part"), fillvalue="")
    days = [(day, part) for day, part in pairs if _is_day(day)]
    if not days:
        part = next(iter(arguments.getlist("part")), "")
        days = [(day.isoformat(), part) for day in _span(arguments)]
    return days[:MOST_WINDOWS]


def _span(arguments: Arguments) -> Iterator[date]:
    first, last = arguments.get("from", ""), arguments.get("to", "")
    if _is_day(first):
        day, end = date.fromisoformat(first), date.fromisoformat(last if _is_day(last) else first)
        while day <= end:
            yield day
            day += timedelta(days=1)


def _is_day(value: str) -> bool:
    try:
        return bool(read_day(value, "day"))
    except Invalid:
        return False


def _window(number: int, day: str, part: str) -> Values:
    if part in set(HalfDay):
        return {f"day_{number}": day, f"part_{number}": part}
    hour, colon, _minute = part.partition(":")
    if colon and hour.isdecimal() and len(part) == 5 and int(hour) < 24 - USUAL_HOURS:
        until = f"{int(hour) + USUAL_HOURS:02d}{part[2:]}"
        return {f"day_{number}": day, f"from_{number}": part, f"to_{number}": until}
    return {f"day_{number}": day}


def from_order(order: Order, zone: ZoneInfo, today: date) -> Values:
    """The values of an earlier order; its windows only where they have not passed."""
    values: Values = {
        "wish": order.subject[:LONGEST_WISH],
        "field": order.field.code if order.field is not None else "",
        "audience": order.audience.value if order.audience is not None else "",
        "format": order.format.value if order.format is not None else "",
        "topic": str(order.topic_id or ""),
        "instructor": str(order.instructor_id or ""),
        "organisation": order.organisation_id,
        "region": order.region_code,
        "place": order.place,
        "attendees": order.attendees,
        "equipment": order.equipment,
        "remarks": order.remarks,
        "another": order.accepts_another_time,
    }
    coming = [one for one in order.windows if one.starts_at.astimezone(zone).date() > today]
    for number, window in enumerate(coming, 1):
        values |= {
            f"day_{number}": window.starts_at.astimezone(zone).date().isoformat(),
            f"part_{number}": window.part,
        }
        if not window.part:
            values |= _hours(
                number,
                window.starts_at.astimezone(zone).strftime("%H:%M"),
                window.ends_at.astimezone(zone).strftime("%H:%M"),
            )
    return values


def _hours(number: int, start: str, end: str) -> Values:
    """The hours of a window; none for the whole day."""
    return {} if start == end == "00:00" else {f"from_{number}": start, f"to_{number}": end}
