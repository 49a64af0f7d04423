"""Reduce the bytes of an .ics file to the few lines that determine busy times. Pure.

Common errors of real files are repaired here, and files that would take too long to process are
refused beforehand (calendar rules 20 to 22). What is wrong with one entry concerns that entry only
(rule 38). Titles, people, places and notes are dropped: they do not leave this module.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from charset_normalizer import from_bytes

from booking.availability.external.engine.calendar import MOST_BYTES, CannotRead, Trouble
from booking.availability.external.engine.components import Component, components
from booking.availability.external.engine.event import Event, Events
from booking.availability.external.engine.flaws import Flaw, Flawed, mark_of
from booking.availability.external.engine.free_busy import periods
from booking.availability.external.engine.lines import property_name, property_value
from booking.availability.external.engine.rules import repeats_too_often
from booking.availability.external.engine.zones import Zones

MOST_EVENTS = 5000
SAMPLE = 64 * 1024
"""Bytes that suffice to detect a charset."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ANOTHER_FILE = re.compile(r"\ufeff(?=BEGIN:VCALENDAR)", re.IGNORECASE)
"""Boundary of concatenated files, each with its byte order mark."""
_FOLD = re.compile(r"(?:\r\n|\r|\n)[ \t]")
_LINE_END = re.compile(r"\r\n|\r|\n")

Own = Callable[[frozenset[str]], frozenset[str]]
"""Selects from UIDs those of this installation's lectures, which are left out."""


def nobodys(_uids: frozenset[str]) -> frozenset[str]:
    """Selects no UID."""
    return frozenset()


@dataclass(slots=True)
class Reduced:
    """The calendars of a file as well-formed iCalendar text, and the flaws of its entries.

    An entry with flaws that are `expanded` names their positions in a property X-FLAW.
    """

    text: str = ""
    flaws: list[Flawed] = field(default_factory=list)


def busy_lines(data: bytes, own: Own = nobodys) -> Reduced:
    """The calendars of a file, reduced to times. Raises `CannotRead`."""
    if len(data) > MOST_BYTES:
        raise CannotRead(Trouble.TOO_LARGE)
    text = _ANOTHER_FILE.sub("\n", _decoded(data)).replace("\ufeff", "").lstrip()
    if text[:15].upper() != "BEGIN:VCALENDAR":
        raise CannotRead(Trouble.NOT_A_CALENDAR)
    lines = [line for line in _LINE_END.split(_FOLD.sub("", text)) if line]
    uids = frozenset(property_value(line).strip() for line in lines if property_name(line) == "UID")
    return _Writer(own(uids)).written(components(lines))


def _decoded(data: bytes) -> str:
    if data.startswith(_UTF16):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        guess = from_bytes(data[:SAMPLE]).best()
        # Every charset in use encodes the letters of iCalendar as ASCII does.
        return data.decode(guess.encoding if guess else "gb18030", errors="replace")


class _Writer:
    """Writes what is kept of one file."""

    def __init__(self, own: frozenset[str]) -> None:
        self._own = own
        self._entries = self._good = 0
        self._lines: list[str] = []
        self._flaws: list[Flawed] = []

    def written(self, calendars: Iterable[list[Component]]) -> Reduced:
        """The file; raises `CannotRead`."""
        for calendar in calendars:
            self._calendar(calendar)
        kinds = {flawed.flaw for flawed in self._flaws}
        if not self._good and kinds == {Flaw.TOO_OFTEN}:
            raise CannotRead(Trouble.TOO_OFTEN)
        return Reduced("".join(f"{line}\r\n" for line in self._lines), self._flaws)

    def _calendar(self, parts: list[Component]) -> None:
        definitions = [part.lines for part in parts if part.name == "VTIMEZONE"]
        for line in (line for definition in definitions for line in definition):
            if property_name(line) == "RRULE" and repeats_too_often(property_value(line)):
                raise CannotRead(Trouble.TOO_OFTEN)
        zones = Zones(definitions)
        self._lines.append("BEGIN:VCALENDAR")
        for line in parts[0].lines:
            self._calendar_property(property_name(line), property_value(line).strip(), zones)
        self._lines += zones.lines()
        for event in _with_their_series(list(self._events(parts[1:], zones))):
            self._add(event)
        self._lines.append("END:VCALENDAR")

    def _events(self, parts: Iterable[Component], zones: Zones) -> Iterator[Event]:
        events = Events(zones, self._own)
        for part in parts:
            if part.name == "VEVENT":
                self._count()
                event = events.repaired(part.lines, self._entries, damaged=part.damaged)
                if event is not None:
                    yield event
            elif part.name == "VFREEBUSY":
                for period in periods(part.lines, self._entries, zones, damaged=part.damaged):
                    self._count()
                    yield period

    def _calendar_property(self, name: str, value: str, zones: Zones) -> None:
        if name == "X-WR-TIMEZONE" and zones.named(value).name:
            self._lines.append(f"X-WR-TIMEZONE:{zones.named(value).name}")
        elif name == "CALSCALE" and value and value.upper() != "GREGORIAN":
            raise CannotRead(Trouble.OTHER_SCALE)

    def _count(self) -> None:
        self._entries += 1
        if self._entries > MOST_EVENTS:
            raise CannotRead(Trouble.TOO_MANY)

    def _add(self, event: Event) -> None:
        expanded = []
        for flawed in event.flaws:
            if flawed.expanded:
                expanded.append(str(len(self._flaws)))
            self._flaws.append(flawed)
        self._good += not event.flaws
        if event.lines:
            told = [f"X-FLAW:{'-'.join(expanded)}"] if expanded else []
            self._lines += ["BEGIN:VEVENT", *event.lines, *told, "END:VEVENT"]


def _with_their_series(events: list[Event]) -> list[Event]:
    """The events of a calendar; an exception that repeats is a series if there is no other.

    Beside its series its repetitions have no meaning that programs agree on: they are reported.
    """
    series = {event.uid for event in events if event.lines and not event.is_exception}
    for event in events:
        if event.is_exception and event.repeats:
            if event.uid in series:
                flawed = Flawed(Flaw.RULE, mark_of(event.lines), None, date.max)
                event.flaws.append(flawed)
            else:
                event.stand_alone()
    return events
