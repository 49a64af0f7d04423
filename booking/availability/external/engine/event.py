"""Reduce one VEVENT of an .ics file to the lines that state its times, and repair them. Pure.

An invalid property must not discard the rest of its event: that would show free time where there is
none. What is left out, and what is doubtful, is reported as a flaw of this event alone. Calendar
rules 22 and 46; RFC 5545 3.3.4, 3.3.5, 3.3.6, 3.3.10 and 3.8.5.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from booking.availability.external.engine import lines as content
from booking.availability.external.engine.flaws import Flaw, Flawed, mark_of
from booking.availability.external.engine.lines import property_name, property_value
from booking.availability.external.engine.rules import end_of, read_rule
from booking.availability.external.engine.zones import Zones

ALL_DAY = "X-MICROSOFT-CDO-ALLDAYEVENT"
BUSY_STATUS = ("X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-BUSYSTATUS", "BUSYSTATUS")
"""How Exchange and Outlook tell that a day, or that a free time, is meant (MS-OXCICAL)."""

KEPT = frozenset(
    "UID SEQUENCE RECURRENCE-ID DTSTART DTEND DURATION RRULE EXRULE RDATE EXDATE STATUS "
    "TRANSP".split()
) | {ALL_DAY, *BUSY_STATUS}

_UNKNOWN_LENGTH = ("DURATION:P1D", "DURATION:PT1H")
"""Replaces an invalid duration or end, of whole days and of times: the event takes time, though it
is unknown how long."""
_EXPANDED = frozenset({Flaw.END, Flaw.REVERSED, Flaw.ZONE, Flaw.DAMAGED})
"""Flaws of an event whose times are expanded all the same: their days are then unknown."""
_OPEN = frozenset({Flaw.RULE, Flaw.SCALE, Flaw.TOO_OFTEN})
"""Flaws that hide further days, until the rule's end."""
_BUSY = frozenset({"BUSY", "TENTATIVE", "OOF", "WORKINGELSEWHERE"})


@dataclass(slots=True)
class Event:
    """The repaired lines of an event, none if it has no start, and what is wrong with it."""

    uid: str
    lines: list[str]
    flaws: list[Flawed] = field(default_factory=list)
    repeats: bool = False
    is_exception: bool = False

    def stand_alone(self) -> None:
        """Read an exception of a series that is not in the file as a series of its own."""
        self.lines = [line for line in self.lines if property_name(line) != "RECURRENCE-ID"]
        self.is_exception = False


class Events:
    """Repairs the events of one VCALENDAR, and distinguishes those that share a UID.

    `own` are the UIDs of this installation's lectures, whose busy times come from holds: a
    cancelled lecture that an instructor's calendar still contains must not close the time again.
    """

    def __init__(self, zones: Zones, own: frozenset[str] = frozenset()) -> None:
        self._zones, self._own_uids = zones, own
        self._seen: set[tuple[str, int]] = set()

    def repaired(self, lines: Sequence[str], number: int, *, damaged: bool) -> Event | None:
        """An event; None if it is free or one of our lectures.

        Of two that share a UID, the one with the higher SEQUENCE replaces the other (RFC 5545
        3.8.7.4). With equal SEQUENCE they are two events, and the second gets a UID of its own.
        """
        reading = _Reading(self._zones)
        if damaged:
            reading.flaws.add(Flaw.DAMAGED)
        for line in lines:
            reading.read(line)
        uid = reading.uid
        if uid in self._own_uids:
            return None
        if reading.start is None:
            return None if reading.free else self._without_start(reading, uid, number, lines)
        # An exception that cannot be told apart must not replace its whole series.
        lost = reading.lost_exception
        uid = f"lost-{number}" if lost else self._distinct_uid(uid, reading, number)
        event = Event(
            uid,
            [f"UID:{uid}", *reading.lines()],
            repeats=reading.repeats,
            is_exception=reading.is_exception,
        )
        if not reading.free:
            event.flaws = reading.told(lines)
        return event

    def _without_start(
        self, reading: _Reading, uid: str, number: int, lines: Sequence[str]
    ) -> Event:
        day = reading.other_day
        flawed = Flawed(Flaw.NO_START, mark_of(lines), day, None if day else date.max)
        return Event(uid or f"without-{number}", [], [flawed])

    def _distinct_uid(self, uid: str, reading: _Reading, number: int) -> str:
        if not uid:
            return f"without-{number}"
        if reading.is_exception:
            return uid
        version = uid, reading.sequence
        if version in self._seen:
            return f"again-{number}"
        self._seen.add(version)
        return uid


def _is_reversed(start: str, end: str) -> bool:
    """Whether an end lies before its start, as both are written; unknown in different zones."""
    (head, _colon, begins), (other, _colon, ends) = start.partition(":"), end.partition(":")
    comparable = head.removeprefix("DTSTART") == other.removeprefix("DTEND")
    # What `valid_time` returns has the same shape, so that texts are in the order of times.
    return comparable and len(begins) == len(ends) and ends < begins


class _Reading:
    """Reads the lines of one event."""

    def __init__(self, zones: Zones) -> None:
        self._zones = zones
        self._kept: list[str] = []
        self._end: str | None = None
        self._length: str | None = None
        self._rules: list[str] = []
        self._transparent = self._cancelled = False
        self._busy_status = ""
        self.flaws: set[Flaw] = set()
        self.uid = ""
        self.sequence = 0
        self.start: str | None = None
        self.is_exception = self.lost_exception = False
        self.other_day: date | None = None
        self._start_day: date | None = None

    @property
    def free(self) -> bool:
        """Whether the event takes no time: cancelled, or marked free.

        A status of Exchange decides before TRANSP (MS-OXCICAL 2.1.3.1.1.20.31).
        """
        if self._busy_status in _BUSY:
            return self._cancelled
        return self._cancelled or self._transparent or self._busy_status == "FREE"

    @property
    def repeats(self) -> bool:
        """Whether the event has times beside its own."""
        return any(property_name(line) in {"RRULE", "RDATE"} for line in self._kept)

    def read(self, line: str) -> None:
        """Add one content line."""
        name, value = property_name(line), property_value(line).strip().upper()
        if name == "UID":
            self.uid = property_value(line).strip()
        elif name == "SEQUENCE":
            self.sequence = int(value) if re.fullmatch(r"\d{1,9}", value) else 0
        elif name == "STATUS":
            self._cancelled = value == "CANCELLED"
        elif name == "TRANSP":
            self._transparent = value == "TRANSPARENT"
        elif name in BUSY_STATUS:
            self._busy_status = value
        elif name == ALL_DAY:
            self._kept += [f"{ALL_DAY}:TRUE"] if value == "TRUE" else []
        else:
            self._read_time(name, line, value)

    def _read_time(self, name: str, line: str, value: str) -> None:
        if name == "DTSTART":
            self.start = self._time(line, value) or self.start
            self._start_day = content.day_of(value)
        elif name == "DTEND":
            self._end = self._time(line, value)
            self.other_day = self.other_day or content.day_of(value)
        elif name == "DURATION":
            self._length = value
        elif name == "RECURRENCE-ID":
            self._read_exception(line, value)
        elif name in {"RRULE", "EXRULE"}:
            self._read_rule(name, value)
        elif name in {"RDATE", "EXDATE"}:
            self._read_dates(name, line, value)

    def lines(self) -> list[str]:
        """The lines to expand."""
        assert self.start is not None
        found = [self.start, *self._kept]
        if self.sequence:
            found.append(f"SEQUENCE:{self.sequence}")
        if self._end is not None:
            found.append(self._end or self._unknown_length())
            if _is_reversed(self.start, self._end):
                self.flaws.add(Flaw.REVERSED)
        elif self._length is not None:
            length = content.duration(self._length)
            found.append(f"DURATION:{length}" if length else self._unknown_length())
        return [*found, *(["TRANSP:TRANSPARENT"] if self.free else [])]

    def _unknown_length(self) -> str:
        self.flaws.add(Flaw.END)
        return _UNKNOWN_LENGTH["T" in property_value(self.start or "")]

    def told(self, lines: Sequence[str]) -> list[Flawed]:
        """What is wrong with the event; after `lines`."""
        until = max(map(end_of, self._rules), default=self._start_day or date.max)
        return [
            Flawed(
                flaw,
                mark_of([flaw, *lines]),
                self._start_day,
                until if flaw in _OPEN or flaw is Flaw.EXCEPTION else None,
                flaw in _EXPANDED,
            )
            for flaw in sorted(self.flaws)
        ]

    def _read_exception(self, line: str, value: str) -> None:
        exception = self._time(line, value)
        reach = (content.parameter(line, "RANGE") or "").strip().upper()
        if not exception:
            self.lost_exception = True
            self.flaws.add(Flaw.EXCEPTION)
            return
        if reach == "THISANDFUTURE":
            exception = exception.replace("RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE", 1)
        elif reach:
            self.flaws.add(Flaw.RULE)
            self._rules.append("")
        self.is_exception = True
        self.other_day = content.day_of(value)
        self._kept.append(exception)

    def _read_rule(self, name: str, value: str) -> None:
        rule, flaw = read_rule(value)
        if rule:
            self._kept.append(f"{name}:{rule}")
        if flaw is not None:
            # Without a rule of exceptions, more time is closed than is taken.
            self.flaws.add(Flaw.EXCEPTION if name == "EXRULE" and flaw not in _OPEN else flaw)
        self._rules.append(value)

    def _read_dates(self, name: str, line: str, value: str) -> None:
        times, periods = [], []
        for item in filter(None, (item.strip() for item in value.split(","))):
            time, period = content.valid_time(item), content.valid_period(item)
            times += [time] if time else []
            periods += [period] if period else []
            if not time and not period:
                self.flaws.add(Flaw.RULE if name == "RDATE" else Flaw.EXCEPTION)
                self._rules += [""] if name == "RDATE" else []
        for head, values in ((name, times), (f"{name};VALUE=PERIOD", periods)):
            if values:
                self._kept.append(f"{head}{self._zone(line)}:{','.join(values)}")

    def _time(self, line: str, value: str) -> str:
        """The line with its time; empty if it is none."""
        whole_day = (content.parameter(line, "VALUE") or "").strip().upper() == "DATE"
        time = content.valid_time(value, whole_day=whole_day)
        if not time:
            return ""
        return f"{property_name(line)}{self._zone(line) if 'T' in time else ''}:{time}"

    def _zone(self, line: str) -> str:
        tzid = content.parameter(line, "TZID")
        if tzid is None:
            return ""
        zone = self._zones.named(tzid)
        if not zone.certain:
            self.flaws.add(Flaw.ZONE)
        return f";TZID={zone.name}" if zone.name else ""
