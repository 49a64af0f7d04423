"""Busy times that a VFREEBUSY of an .ics file lists. Pure.

BUSY, BUSY-TENTATIVE and BUSY-UNAVAILABLE take time, FREE does not; a type that is not known is
BUSY (RFC 5545 3.2.9). Calendar rule 40; RFC 5545 3.6.4 and 3.8.2.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from booking.availability.external.engine.event import Event
from booking.availability.external.engine.flaws import Flaw, Flawed, mark_of
from booking.availability.external.engine.lines import (
    day_of,
    parameter,
    property_name,
    property_value,
    valid_period,
)
from booking.availability.external.engine.zones import Zones


def periods(lines: Iterable[str], number: int, zones: Zones, *, damaged: bool) -> Iterator[Event]:
    """One event for each period of a VFREEBUSY; `number` distinguishes the component."""
    count = 0
    for line in lines:
        if property_name(line) != "FREEBUSY":
            continue
        if (parameter(line, "FBTYPE") or "BUSY").strip().upper() == "FREE":
            continue
        for text in property_value(line).upper().split(","):
            count += 1
            yield _event(text.strip(), f"busy-{number}-{count}", line, zones, damaged)


def _event(text: str, uid: str, line: str, zones: Zones, damaged: bool) -> Event:
    period = valid_period(text)
    day = day_of(text.partition("/")[0])
    if not period:
        return Event(
            uid, [], [Flawed(Flaw.PERIOD, mark_of([text]), day, None if day else date.max)]
        )
    zone = zones.named(parameter(line, "TZID") or "")
    tzid = f";TZID={zone.name}" if zone.name else ""
    start, _slash, end = period.partition("/")
    last = f"DURATION:{end}" if end.startswith("P") else f"DTEND{tzid}:{end}"
    flaws = [Flaw.ZONE] if not zone.certain else []
    flaws += [Flaw.DAMAGED] if damaged else []
    told = [Flawed(flaw, mark_of([flaw, text]), day, None, True) for flaw in flaws]
    return Event(uid, [f"UID:{uid}", f"DTSTART{tzid}:{start}", last], told)
