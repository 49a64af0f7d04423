"""What the TZID of a time means: a zone that is known by name, or one that the file defines. Pure.

A file's own definition gets a name that is made from its contents, so that an empty, a padded or an
equal name of another definition cannot be mistaken for it (calendar rule 37; RFC 5545 3.2.19).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from zoneinfo import available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from booking.availability.external.engine.flaws import mark_of
from booking.availability.external.engine.timezone import read_zone


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone under the name that the expansion knows; without a name, times have no zone."""

    name: str = ""
    certain: bool = True
    """False if nothing, or only a part of a definition, tells what the name means."""


UNKNOWN = Zone(certain=False)


class Zones:
    """The zones of one VCALENDAR; `definitions` are the lines inside its VTIMEZONEs."""

    def __init__(self, definitions: Iterable[list[str]]) -> None:
        self._defined: dict[str, Zone] = {}
        self._lines: dict[str, list[str]] = {}
        for definition in definitions:
            tzid, observances, whole = read_zone(definition)
            if tzid is None or not observances or _known(tzid):
                continue
            name = f"defined-{mark_of(observances)}"
            self._lines[name] = observances
            for key in (tzid, _plain(tzid)):
                self._defined.setdefault(key, Zone(name, whole))

    def lines(self) -> Iterator[str]:
        """The definitions, as VTIMEZONEs."""
        for name, observances in self._lines.items():
            yield from ("BEGIN:VTIMEZONE", f"TZID:{name}", *observances, "END:VTIMEZONE")

    def named(self, tzid: str) -> Zone:
        """The zone that a TZID, without quotation marks, means."""
        known = _known(tzid)
        if known:
            return Zone(known)
        defined = self._defined.get(tzid) or self._defined.get(_plain(tzid))
        if defined:
            return defined
        if not tzid.strip():
            return Zone()
        # RFC 5545 3.2.19: a vendor's prefix before a known name.
        parts = tzid.strip().strip("/").split("/")
        known = next(filter(None, (_known("/".join(parts[n:])) for n in range(1, len(parts)))), "")
        return Zone(known) if known else UNKNOWN


def _plain(tzid: str) -> str:
    return tzid.strip().strip('"').casefold()


@lru_cache(maxsize=512)
def _known(tzid: str) -> str:
    """The name in the zone database of a name there, or of one of Windows; else empty."""
    key = tzid.strip().strip("/").casefold()
    return _names().get(key, "")


@cache
def _names() -> dict[str, str]:
    names = {name.casefold(): olson for name, olson in WINDOWS_TO_OLSON.items()}
    return names | {name.casefold(): name for name in available_timezones()}
