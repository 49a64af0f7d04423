"""Expand the events of a cleaned .ics text into busy times. Pure.

Files from outside can make the expansion of recurrences take any time and any memory, so
`expansion` runs this module in a child process with limits: text in, seconds out, as JSON. It
imports nothing of this package, so that the child starts fast. Calendar rules 21 and 22; RFC 5545
3.6.1 and 3.8.5.

`replace(tzinfo=...)` turns local time into instants as RFC 5545 3.3.5 demands: a time that clocks
skip has the offset from before the gap (02:30 means 03:30), and of one that occurs twice the first
is meant. `availability.engine.hours` has another rule: there a skipped hour is no time at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event
from icalendar.prop import vDDDLists, vDDDTypes
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

MOST_OCCURRENCES = 2000
DAY = timedelta(days=1)

Span = tuple[datetime, datetime]


def busy_spans(
    text: str, *, zone: tzinfo, all_day_busy: bool, since: datetime, until: datetime
) -> tuple[list[Span], datetime]:
    """The sorted busy spans [start, end) in UTC within [since, until), and the end they cover.

    `zone` is the owner's, for times without one. Free are events that are transparent or cancelled,
    those without a duration, and all-day events unless `all_day_busy`. Beyond `MOST_OCCURRENCES`
    the list is cut off. Raises `ValueError` and similar for invalid input.
    """
    spans = []
    for calendar in Calendar.from_ical(text, multiple=True):
        for start, end in _occurrences(calendar, zone, all_day_busy, since, until):
            if start < end and start < until and end > since:
                spans.append((max(start, since), min(end, until)))
    spans.sort()
    if len(spans) > MOST_OCCURRENCES:
        return spans[:MOST_OCCURRENCES], spans[MOST_OCCURRENCES][0]
    return spans, until


def _occurrences(
    calendar: Any, zone: tzinfo, all_day_busy: bool, since: datetime, until: datetime
) -> Iterator[Span]:
    calendar_zone = _zone_by_name(str(calendar.get("X-WR-TIMEZONE", "")))
    calendar.subcomponents = [
        component
        for component in calendar.subcomponents
        if not isinstance(component, Event) or component.get("DTSTART") is not None
    ]
    # The library would apply this property as well, and treat every zone whose definition has no
    # name, or the name UTC, as UTC or as none.
    calendar.pop("X-WR-TIMEZONE", None)
    for event in calendar.events:
        _assign_zone(event, calendar_zone or zone, calendar_zone)
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    # A day of margin on both sides: all-day events are converted to instants afterwards.
    for event in query.between(since - DAY, until + DAY):
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        if _is_free(event) or (_is_day(start) and not all_day_busy):
            continue
        yield _span(start, end, calendar_zone or zone)


def _assign_zone(event: Any, zone: tzinfo, calendar_zone: tzinfo | None) -> None:
    """Give times without a zone the zone `zone`, before any times are compared.

    A series may write its times in two forms, such as floating times with exceptions in UTC, and
    the library compares the written values: it would miss the exception, or shift the rest. If the
    calendar has a `calendar_zone` (X-WR-TIMEZONE), times written in UTC are converted to it, so
    that a series keeps its local hour. Times with a TZID keep their zone.
    """
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"):
        properties = event.get(name, [])
        for prop in properties if isinstance(properties, list) else [properties]:
            has_zone = "TZID" in getattr(prop, "params", {})
            for value in prop.dts if isinstance(prop, vDDDLists) else [prop]:
                # An invalid value, such as 30 February, has another type.
                if isinstance(value, vDDDTypes):
                    value.dt = _in_zone(value.dt, zone, None if has_zone else calendar_zone)


def _in_zone(moment: Any, zone: tzinfo, calendar_zone: tzinfo | None) -> Any:
    """A time, or the times of a period, with a zone; a day or a duration is unchanged."""
    if isinstance(moment, tuple):
        return tuple(_in_zone(part, zone, calendar_zone) for part in moment)
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    return moment if calendar_zone is None else moment.astimezone(calendar_zone)


def _is_free(event: Any) -> bool:
    return (
        str(event.get("STATUS", "")).strip().upper() == "CANCELLED"
        or str(event.get("TRANSP", "")).strip().upper() == "TRANSPARENT"
    )


def _is_day(moment: date) -> bool:
    return not isinstance(moment, datetime)


def _span(start: date, end: date, zone: tzinfo) -> Span:
    """The instants of an event; one that begins at a time that clocks skip keeps its length.

    The library adds lengths by the wall clock: 02:30 and an hour would begin and end at 03:30.
    """
    begin, finish = _instant(start, zone), _instant(end, zone)
    if isinstance(start, datetime) and _is_skipped(start):
        finish = max(finish, begin + (end - start))
    return begin, finish


def _is_skipped(moment: datetime) -> bool:
    back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return back.replace(tzinfo=None) != moment.replace(tzinfo=None)


def _instant(moment: date, zone: tzinfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def _zone_by_name(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(WINDOWS_TO_OLSON.get(name.strip(), name.strip()))
    except (KeyError, ValueError, OSError):
        return None


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """The result of the child process: spans in seconds since 1970, or a trouble code."""
    try:
        spans, until = busy_spans(
            question["text"],
            zone=ZoneInfo(question["zone"]),
            all_day_busy=question["all_day_busy"],
            since=datetime.fromtimestamp(question["since"], UTC),
            until=datetime.fromtimestamp(question["until"], UTC),
        )
    except (MemoryError, RecursionError):
        return {"trouble": "too_hard"}
    except Exception:
        # Whatever exception a file from outside causes in the library, the file is broken.
        return {"trouble": "broken"}
    seconds = [[int(start.timestamp()), int(end.timestamp())] for start, end in spans]
    return {"spans": seconds, "until": int(until.timestamp())}


def main(question: bytes) -> bytes:
    """`answer` with JSON in and out, the entry point of the child process."""
    return json.dumps(answer(json.loads(question))).encode()
