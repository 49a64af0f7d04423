"""Reduce the bytes of an .ics file to the few lines that determine busy times. Pure.

Common errors of real files are repaired here, and files that would take too long to process are
refused beforehand (calendar rules 20 to 22). Titles, people, places and notes are dropped: they do
not leave this module.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator

from charset_normalizer import from_bytes

from booking.availability.external.engine.calendar import MOST_BYTES, CannotRead, Trouble
from booking.availability.external.engine.event import Events, property_name, property_value
from booking.availability.external.engine.timezone import readable_zone

MOST_EVENTS = 5000
MOST_REPEATS = 5000
DEEPEST = 8
SAMPLE = 64 * 1024
"""Bytes that suffice to detect a charset."""

_KEPT = frozenset(
    "UID SEQUENCE RECURRENCE-ID DTSTART DTEND DURATION RRULE EXRULE RDATE EXDATE STATUS "
    "TRANSP".split()
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ANOTHER_FILE = re.compile(r"\ufeff(?=BEGIN:VCALENDAR)", re.IGNORECASE)
"""Boundary of concatenated files, each with its byte order mark."""
_FOLD = re.compile(r"(?:\r\n|\r|\n)[ \t]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_TOO_OFTEN = re.compile(r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)|INTERVAL=0+(?!\d)")
_COUNT = re.compile(r"COUNT=(\d+)")


Own = Callable[[frozenset[str]], frozenset[str]]
"""Selects from UIDs those of this installation's lectures, which are left out."""


def nobodys(_uids: frozenset[str]) -> frozenset[str]:
    """Selects no UID."""
    return frozenset()


def busy_lines(data: bytes, own: Own = nobodys) -> str:
    """The calendars of a file, reduced to times, as well-formed iCalendar text.

    Raises `CannotRead`.
    """
    if len(data) > MOST_BYTES:
        raise CannotRead(Trouble.TOO_LARGE)
    text = _ANOTHER_FILE.sub("\n", _decoded(data)).replace("\ufeff", "").lstrip()
    if text[:15].upper() != "BEGIN:VCALENDAR":
        raise CannotRead(Trouble.NOT_A_CALENDAR)
    lines = [line for line in _LINE_END.split(_FOLD.sub("", text)) if line]
    uids = frozenset(property_value(line).strip() for line in lines if property_name(line) == "UID")
    return "".join(f"{line}\r\n" for line in _Reader(own(uids)).kept(lines))


def _decoded(data: bytes) -> str:
    if data.startswith(_UTF16):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        guess = from_bytes(data[:SAMPLE]).best()
        # Every charset in use encodes the letters of iCalendar as ASCII does.
        return data.decode(guess.encoding if guess else "gb18030", errors="replace")


class _Reader:
    """Processes the lines of one file, component by component."""

    def __init__(self, own: frozenset[str]) -> None:
        self._own = own
        self._stack: list[str] = []
        self._event: list[str] = []
        self._zone: list[str] = []
        self._events = 0
        self._repairs = Events(self._own)

    def kept(self, lines: Iterable[str]) -> Iterator[str]:
        """The lines to keep; raises `CannotRead`."""
        for line in lines:
            name = property_name(line)
            if name == "BEGIN":
                yield from self._begin(property_value(line).strip().upper())
            elif name == "END":
                yield from self._end(property_value(line).strip().upper())
            elif not self._stack:
                # Lines between two calendars belong to neither.
                continue
            else:
                yield from self._property(name, line)
        if self._stack:
            # A truncated file would show free time where there is none.
            raise CannotRead(Trouble.BROKEN)

    def _begin(self, component: str) -> Iterator[str]:
        if len(self._stack) >= DEEPEST or (component == "VCALENDAR") == bool(self._stack):
            raise CannotRead(Trouble.BROKEN)
        self._stack.append(component)
        if component == "VCALENDAR":
            self._repairs = Events(self._own)
        if self._stack[1:] == ["VEVENT"]:
            self._events += 1
            self._event = []
            if self._events > MOST_EVENTS:
                raise CannotRead(Trouble.TOO_MANY)
        elif self._stack[1:] == ["VTIMEZONE"]:
            self._zone = []
        elif self._in_zone():
            self._zone.append(f"BEGIN:{component}")
        elif component == "VCALENDAR":
            yield f"BEGIN:{component}"

    def _end(self, component: str) -> Iterator[str]:
        if not self._stack or self._stack[-1] != component:
            raise CannotRead(Trouble.BROKEN)
        if self._stack[1:] == ["VEVENT"]:
            yield from self._repairs.repaired(self._event, self._events)
        elif self._stack[1:] == ["VTIMEZONE"]:
            yield from readable_zone(self._zone)
        elif self._in_zone():
            self._zone.append(f"END:{component}")
        elif component == "VCALENDAR":
            yield f"END:{component}"
        self._stack.pop()

    def _property(self, name: str, line: str) -> Iterator[str]:
        if name in {"RRULE", "EXRULE"}:
            _check_rule(property_value(line).upper())
        if self._stack[1:] == ["VEVENT"]:
            if name in _KEPT:
                self._event.append(line)
        elif self._in_zone():
            self._zone.append(line)
        elif len(self._stack) == 1 and name == "X-WR-TIMEZONE":
            yield line

    def _in_zone(self) -> bool:
        return self._stack[1:2] == ["VTIMEZONE"]


def _check_rule(rule: str) -> None:
    """Refuse rules that recur more often than those of a personal calendar."""
    if _TOO_OFTEN.search(rule):
        raise CannotRead(Trouble.TOO_OFTEN)
    if any(len(count) > 6 or int(count) > MOST_REPEATS for count in _COUNT.findall(rule)):
        raise CannotRead(Trouble.TOO_OFTEN)
