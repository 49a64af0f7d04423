"""Separate the content lines of an .ics file into its calendars and their components. Pure.

A BEGIN or END that is missing or misspelt damages the component in which it stands, not those
around it (calendar rule 38). A file that ends early is refused: nobody knows what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from booking.availability.external.engine.calendar import CannotRead, Trouble
from booking.availability.external.engine.event import KEPT
from booking.availability.external.engine.lines import property_name, property_value

DEEPEST = 8
_KEPT = KEPT | {"FREEBUSY"}
_ONCE = frozenset({"UID", "DTSTART"})
_TOP = frozenset("VEVENT VFREEBUSY VTIMEZONE VTODO VJOURNAL VAVAILABILITY VPOLL".split())
"""Components of a calendar, which stand in no other component."""


@dataclass(slots=True)
class Component:
    """The lines of a component that can matter; of a VTIMEZONE those of its parts as well."""

    name: str
    lines: list[str] = field(default_factory=list)
    damaged: bool = False


def components(lines: Iterable[str]) -> list[list[Component]]:
    """For each VCALENDAR its own properties, as a component, then its components.

    Raises `CannotRead` for what has no calendar's structure.
    """
    structure = _Structure()
    for line in lines:
        structure.read(line)
    return structure.finished()


class _Structure:
    def __init__(self) -> None:
        self._calendars: list[list[Component]] = []
        self._stack: list[str] = []
        self._open: Component | None = None
        self._stray: list[str] = []

    def finished(self) -> list[list[Component]]:
        if self._stack:
            # A truncated file would show free time where there is none.
            raise CannotRead(Trouble.BROKEN)
        return self._calendars

    def read(self, line: str) -> None:
        name = property_name(line)
        if name == "BEGIN":
            self._begin(property_value(line).strip().upper())
        elif name == "END":
            self._end(property_value(line).strip().upper())
        elif self._open is not None:
            self._property(self._open, name, line)
        elif self._stack and name in KEPT:
            self._stray.append(line)
        elif self._stack:
            self._calendars[-1][0].lines.append(line)
        # Lines between two calendars belong to neither.

    def _begin(self, name: str) -> None:
        if (name == "VCALENDAR") == bool(self._stack):
            raise CannotRead(Trouble.BROKEN)
        if name == "VCALENDAR":
            self._stack.append(name)
            self._calendars.append([Component(name)])
            return
        if name in _TOP and self._open is not None:
            self._close(damaged=True)
        if len(self._stack) >= DEEPEST:
            raise CannotRead(Trouble.BROKEN)
        self._stack.append(name)
        if self._open is None:
            self._keep_stray()
            self._open = Component(name)
        elif self._open.name == "VTIMEZONE":
            self._open.lines.append(f"BEGIN:{name}")

    def _end(self, name: str) -> None:
        if not self._stack:
            raise CannotRead(Trouble.BROKEN)
        if name == "VCALENDAR":
            if self._open is not None:
                self._close(damaged=True)
            self._keep_stray()
            self._stack.clear()
        elif self._open is None:
            # Its BEGIN is missing.
            self._stray_end(name)
        elif name in self._stack[1:]:
            self._end_known(self._open, name)
        elif name in _TOP:
            self._open.name = name
            self._close(damaged=True)
        else:
            self._open.damaged = True

    def _end_known(self, component: Component, name: str) -> None:
        position = len(self._stack) - 1 - self._stack[::-1].index(name)
        component.damaged |= position != len(self._stack) - 1
        while len(self._stack) > position:
            ended = self._stack.pop()
            if component.name == "VTIMEZONE" and len(self._stack) > 1:
                component.lines.append(f"END:{ended}")
        if len(self._stack) == 1:
            self._close(damaged=False)

    def _close(self, *, damaged: bool) -> None:
        assert self._open is not None
        self._open.damaged |= damaged
        self._calendars[-1].append(self._open)
        self._open = None
        del self._stack[1:]

    def _stray_end(self, name: str) -> None:
        if name == "VEVENT":
            self._calendars[-1].append(Component(name, self._stray, damaged=True))
            self._stray = []

    def _keep_stray(self) -> None:
        """An event whose BEGIN is missing. A calendar has a UID too, but nothing that begins."""
        if any(property_name(line) == "DTSTART" for line in self._stray):
            self._calendars[-1].append(Component("VEVENT", self._stray, damaged=True))
        self._stray = []

    def _property(self, component: Component, name: str, line: str) -> None:
        if component.name == "VTIMEZONE" or (len(self._stack) == 2 and name in _KEPT):
            if component.name == "VEVENT" and name in _ONCE and _another(component, name, line):
                # Two events, between which END and BEGIN are missing.
                self._close(damaged=True)
                self._stack.append(component.name)
                component = self._open = Component(component.name, damaged=True)
            component.lines.append(line)


def _another(component: Component, name: str, line: str) -> bool:
    """Whether a component has another line of this name."""
    return any(property_name(one) == name and one != line for one in component.lines)
