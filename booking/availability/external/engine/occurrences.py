"""When a cleaned .ics text says busy: repetitions written out. Pure.

Files of strangers can make the expansion of repetitions take any time and any memory, so
`expanding` has this module answer in a child process with limits: text in, seconds out, as
JSON. It imports nothing of ours, so that the child begins at once. Calendar rules 21 and 22;
RFC 5545 3.6.1 and 3.8.5.
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
    """The spans [start, end) in UTC within [since, until), sorted, and until when they are all.

    `zone` is the owner's, for times without one. Free are events that are transparent or
    cancelled, those without a length, and events of whole days unless `all_day_busy`. Beyond
    `MOST_OCCURRENCES` the list ends early. Raises `ValueError` and its kin for what is broken.
    """
    found = []
    for calendar in Calendar.from_ical(text, multiple=True):
        for start, end in _occurrences(calendar, zone, all_day_busy, since, until):
            if start < end and start < until and end > since:
                found.append((max(start, since), min(end, until)))
    found.sort()
    if len(found) > MOST_OCCURRENCES:
        return found[:MOST_OCCURRENCES], found[MOST_OCCURRENCES][0]
    return found, until


def _occurrences(
    calendar: Any, zone: tzinfo, all_day_busy: bool, since: datetime, until: datetime
) -> Iterator[Span]:
    home = _named_zone(str(calendar.get("X-WR-TIMEZONE", "")))
    calendar.subcomponents = [
        part
        for part in calendar.subcomponents
        if not isinstance(part, Event) or part.get("DTSTART") is not None
    ]
    # The library would read this property as well, and take every zone for UTC or for none whose
    # description gives it no name, or the name UTC.
    calendar.pop("X-WR-TIMEZONE", None)
    for event in calendar.events:
        _give_zone(event, home or zone, home)
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    # A day more on both sides: what a day without a zone means is told afterwards.
    for event in query.between(since - DAY, until + DAY):
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        if _is_free(event) or (_is_day(start) and not all_day_busy):
            continue
        yield _instant(start, home or zone), _instant(end, home or zone)


def _give_zone(event: Any, zone: tzinfo, home: tzinfo | None) -> None:
    """Times without a zone are in `zone` before anything is compared with them.

    A series may name its times in two ways, such as floating ones with exceptions in UTC, and
    the library compares what is written: it would leave the exception out, or move the rest.
    Where the calendar names a `home` (X-WR-TIMEZONE), times written in UTC are told in it, so
    that a series stays at its hour of the day. Times that name a zone keep it.
    """
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"):
        found = event.get(name, [])
        for line in found if isinstance(found, list) else [found]:
            named = "TZID" in getattr(line, "params", {})
            for value in line.dts if isinstance(line, vDDDLists) else [line]:
                # What cannot be read, such as 30 February, is another kind of value.
                if isinstance(value, vDDDTypes):
                    value.dt = _in_zone(value.dt, zone, None if named else home)


def _in_zone(moment: Any, zone: tzinfo, home: tzinfo | None) -> Any:
    """A time, or the times of a period, with a zone; a day or a length as it is."""
    if isinstance(moment, tuple):
        return tuple(_in_zone(one, zone, home) for one in moment)
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    return moment if home is None else moment.astimezone(home)


def _is_free(event: Any) -> bool:
    return (
        str(event.get("STATUS", "")).strip().upper() == "CANCELLED"
        or str(event.get("TRANSP", "")).strip().upper() == "TRANSPARENT"
    )


def _is_day(moment: date) -> bool:
    return not isinstance(moment, datetime)


def _instant(moment: date, zone: tzinfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def _named_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(WINDOWS_TO_OLSON.get(name.strip(), name.strip()))
    except (KeyError, ValueError, OSError):
        return None


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """What the child says: spans in seconds since 1970, or the code of a trouble."""
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
        # Whatever a stranger's file breaks in the library, it is the file that is broken.
        return {"trouble": "broken"}
    seconds = [[int(start.timestamp()), int(end.timestamp())] for start, end in spans]
    return {"spans": seconds, "until": int(until.timestamp())}


def main(question: bytes) -> bytes:
    """The same as JSON, for a child process."""
    return json.dumps(answer(json.loads(question))).encode()
