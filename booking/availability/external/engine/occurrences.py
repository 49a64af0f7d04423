"""Expand the events of a cleaned .ics text into busy times. Pure.

Files from outside can make the expansion of recurrences take any time and any memory, so
`expansion` runs this module in a child process with limits: text in, seconds out, as JSON. It
imports nothing of this package, so that the child starts fast. Each series is expanded by itself:
one that the library cannot read leaves the others complete. Calendar rules 21, 22, 38 and 39; RFC
5545 3.6.1 and 3.8.5.

`replace(tzinfo=...)` turns local time into instants as RFC 5545 3.3.5 demands: a time that clocks
skip has the offset from before the gap (02:30 means 03:30), and of one that occurs twice the first
is meant. `availability.engine.hours` has another rule: there a skipped hour is no time at all.
"""

from __future__ import annotations

import hashlib
import json
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from dateutil.rrule import rrulestr
from icalendar import Calendar
from icalendar.prop import vDDDLists, vDDDTypes

MOST_OCCURRENCES = 2000
SERIES_SECONDS = 1.0
"""Of computing, after which a series is given up, so that it does not take the others along."""
DAY = timedelta(days=1)
ALL_DAY = "X-MICROSOFT-CDO-ALLDAYEVENT"
_NO_CALENDAR = "BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n"

Span = tuple[datetime, datetime]


class _TooLong(BaseException):
    """A series takes too long. A base exception, so that no library catches it."""


@dataclass(slots=True)
class Found:
    """Sorted busy spans [start, end) in UTC, and the end that they cover."""

    spans: list[Span]
    until: datetime
    doubtful: dict[int, list[Span]] = field(default_factory=dict)
    """The times of events with a flaw, by its position in X-FLAW."""
    failed: list[tuple[str, list[Span], bool]] = field(default_factory=list)
    """Series that could not be expanded: a hash, the times of single events, and whether they may
    take further time."""


def busy_spans(
    text: str,
    *,
    zone: tzinfo,
    all_day_busy: bool,
    since: datetime,
    until: datetime,
    limited: bool = False,
) -> Found:
    """The busy times within [since, until).

    `zone` is the owner's, for times without one. Free are events that are transparent or cancelled,
    those without a duration, and all-day events unless `all_day_busy`. Beyond `MOST_OCCURRENCES`
    the list is cut off. `limited` gives up a series after `SERIES_SECONDS`, by a signal. Raises
    `ValueError` and similar for invalid input.
    """
    reader = _Expansion(zone, all_day_busy, since, until, limited)
    for properties, zones, series in _calendars(text):
        for definition in zones:
            Calendar.from_ical(_NO_CALENDAR.format(definition))
        reader.calendar(properties, series)
    found = reader.found
    found.spans.sort()
    if len(found.spans) > MOST_OCCURRENCES:
        found.until = found.spans[MOST_OCCURRENCES][0]
        del found.spans[MOST_OCCURRENCES:]
    return found


def _calendars(text: str) -> Iterator[tuple[dict[str, str], list[str], list[list[str]]]]:
    """Of each calendar its properties, its zones, and its events by UID, all as text."""
    for calendar in text.split("BEGIN:VCALENDAR\r\n")[1:]:
        head, *events = calendar.removesuffix("END:VCALENDAR\r\n").split("BEGIN:VEVENT\r\n")
        lines, *zones = head.split("BEGIN:VTIMEZONE\r\n")
        series: dict[str, list[str]] = {}
        for event in events:
            uid = event.partition("\r\n")[0]
            series.setdefault(uid, []).append("BEGIN:VEVENT\r\n" + event)
        yield (
            dict(line.split(":", 1) for line in lines.splitlines()),
            ["BEGIN:VTIMEZONE\r\n" + zone for zone in zones],
            list(series.values()),
        )


class _Expansion:
    """Expands series after series, and collects what is found."""

    def __init__(
        self, zone: tzinfo, all_day_busy: bool, since: datetime, until: datetime, limited: bool
    ) -> None:
        self._zone, self._all_day_busy, self._limited = zone, all_day_busy, limited
        self._since, self._until = since, until
        self._home: tzinfo = zone
        self._converted: tzinfo | None = None
        self.found = Found([], until)

    def calendar(self, properties: Mapping[str, str], series: list[list[str]]) -> None:
        """Expand the series of one calendar."""
        name = properties.get("X-WR-TIMEZONE", "")
        self._converted = _zone_by_name(name) if name else None
        self._home = self._converted or self._zone
        for events in series:
            try:
                occurrences = self._in_time("".join(events))
            except (MemoryError, RecursionError):
                raise
            except (Exception, _TooLong):
                # Whatever exception an event from outside causes in the library: it is broken.
                self._failed(events)
            else:
                self._take(occurrences)

    def _in_time(self, events: str) -> list[tuple[Span, str]]:
        """The times of one series; in the child process for a limited time."""
        if not self._limited:
            return list(self._expanded(events))
        signal.setitimer(signal.ITIMER_VIRTUAL, SERIES_SECONDS)
        try:
            return list(self._expanded(events))
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    def _take(self, occurrences: list[tuple[Span, str]]) -> None:
        for span, flaws in occurrences:
            self.found.spans.append(span)
            for flaw in filter(None, flaws.split("-")):
                self.found.doubtful.setdefault(int(flaw), []).append(span)

    def _failed(self, events: list[str]) -> None:
        """Take of a series only the times that are written, without repetitions."""
        spans: list[Span] = []
        repeats = False
        for event in events:
            kept = [line for line in event.splitlines() if not line.startswith(_REPEATING)]
            repeats |= len(kept) < len(event.splitlines())
            try:
                spans += [span for span, _flaws in self._in_time("\r\n".join([*kept, ""]))]
            except (MemoryError, RecursionError):
                raise
            except (Exception, _TooLong):
                repeats = True
        self.found.spans += spans
        mark = hashlib.sha256("".join(events).encode()).hexdigest()[:16]
        self.found.failed.append((mark, spans, repeats))

    def _expanded(self, events: str) -> Iterator[tuple[Span, str]]:
        """The times of one series within the window, each with the flaws of its event."""
        calendar: Any = Calendar.from_ical(_NO_CALENDAR.format(events))
        for event in calendar.events:
            _assign_zone(event, self._home, self._converted)
            _align_until(event, self._home)
            self._apply_exclusions(event)
        query = recurring_ical_events.of(calendar)
        # A day of margin on both sides: all-day events are converted to instants afterwards.
        for event in query.between(self._since - DAY, self._until + DAY):
            start, end = event["DTSTART"].dt, event["DTEND"].dt
            whole = _is_day(start) or (event.get(ALL_DAY) and _is_midnight(start, self._home))
            if event.get("TRANSP") or (whole and not self._all_day_busy):
                continue
            begin, finish = _span(start, end, self._home)
            if begin < finish and begin < self._until and finish > self._since:
                span = max(begin, self._since), min(finish, self._until)
                yield span, str(event.get("X-FLAW", ""))

    def _apply_exclusions(self, event: Any) -> None:
        """Leave out what an EXRULE (RFC 2445 4.8.5.2) takes away: the library ignores it."""
        rules = event.get("EXRULE", [])
        start = event["DTSTART"].dt
        if not rules or _is_day(start):
            if rules:
                raise ValueError("an EXRULE of days")
            return
        for rule in rules if isinstance(rules, list) else [rules]:
            text = rule.to_ical().decode() if hasattr(rule, "to_ical") else str(rule)
            for moment in rrulestr(text, dtstart=start).between(
                self._since - 2 * DAY, self._until + 2 * DAY, inc=True
            ):
                event.add("EXDATE", moment)


_REPEATING = ("RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID")


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
                    if has_zone and isinstance(value.dt, datetime) and value.dt.tzinfo is None:
                        raise ValueError("the zone is not known")
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


def _align_until(event: Any, zone: tzinfo) -> None:
    """Write UNTIL in the form that belongs to DTSTART (RFC 5545 3.3.10), without losing a date.

    A local UNTIL is in the zone of DTSTART; the library would take it for UTC, and a western zone
    would lose the last date. A day includes all of its times. For an event of whole days it is the
    later of the day that is written and the local day that is meant.
    """
    start = event["DTSTART"].dt
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if "UNTIL" in rule:
            rule["UNTIL"] = [_until(moment, start, zone) for moment in rule["UNTIL"]]


def _until(until: date, start: date, zone: tzinfo) -> date:
    if not isinstance(start, datetime):
        if not isinstance(until, datetime):
            return until
        return max(until.date(), until.astimezone(zone).date() if until.tzinfo else until.date())
    if not isinstance(until, datetime):
        until = datetime.combine(until, time(23, 59, 59))
    return (until if until.tzinfo else until.replace(tzinfo=start.tzinfo)).astimezone(UTC)


def _is_day(moment: date) -> bool:
    return not isinstance(moment, datetime)


def _is_midnight(moment: datetime, zone: tzinfo) -> bool:
    """Whether a time is midnight as it is written, or in the zone `zone`."""
    return time() in (moment.time(), moment.astimezone(zone).time())


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


def _zone_by_name(name: str) -> tzinfo | None:
    """A zone of the zone database, or one that the file defines."""
    read: Any = vDDDTypes.from_ical
    probe = read("20200101T000000", timezone=name)
    return probe.tzinfo if isinstance(probe, datetime) else None


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """The result of the child process: spans in seconds since 1970, or a trouble code."""
    try:
        found = busy_spans(
            question["text"],
            zone=ZoneInfo(question["zone"]),
            all_day_busy=question["all_day_busy"],
            since=datetime.fromtimestamp(question["since"], UTC),
            until=datetime.fromtimestamp(question["until"], UTC),
            limited=True,
        )
    except (MemoryError, RecursionError):
        return {"trouble": "too_hard"}
    except Exception:
        # Whatever exception a file from outside causes in the library, the file is broken.
        return {"trouble": "broken"}
    return {
        "spans": _seconds(found.spans),
        "until": int(found.until.timestamp()),
        "doubtful": {number: _seconds(spans) for number, spans in found.doubtful.items()},
        "failed": [[mark, _seconds(spans), more] for mark, spans, more in found.failed],
    }


def _seconds(spans: list[Span]) -> list[list[int]]:
    return [[int(start.timestamp()), int(end.timestamp())] for start, end in spans]


def _give_up(_number: int, _frame: object) -> None:
    raise _TooLong


def main(question: bytes) -> bytes:
    """`answer` with JSON in and out, the entry point of the child process."""
    signal.signal(signal.SIGVTALRM, _give_up)
    return json.dumps(answer(json.loads(question))).encode()
