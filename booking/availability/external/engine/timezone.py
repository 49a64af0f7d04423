"""One VTIMEZONE of somebody's .ics file, reduced to what can be reckoned with. Pure.

Most files describe a zone whose name says it all (`Asia/Shanghai`, `China Standard Time`), so
a description that is slightly wrong must not take the file along: what cannot be read is left
out, and with it a zone of which nothing remains. RFC 5545 3.6.5 and 3.3.14.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from booking.availability.external.engine.event import property_name, property_value, readable

_OFFSET = re.compile(r"([+-]?)([01]?\d|2[0-3])(?::?([0-5]\d))?(?::?([0-5]\d))?")
_START = re.compile(r"(\d{8})(T\d{6})?Z?")


def readable_zone(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a zone with its observances; `lines` are those within it. None if none remain.

    Of each observance stay its beginning, its repetition and its offsets.
    """
    name, parts = "", []
    part: list[str] = []
    kinds: list[str] = []
    for line in lines:
        said = property_name(line)
        if said == "BEGIN":
            kinds.append(property_value(line).upper())
            part = []
        elif said == "END":
            kind = kinds.pop()
            if not kinds and kind in {"STANDARD", "DAYLIGHT"}:
                parts += _observance(kind, part)
        elif len(kinds) == 1:
            part.append(line)
        elif said == "TZID" and not kinds:
            name = line
    if name and parts:
        yield from ("BEGIN:VTIMEZONE", name, *parts, "END:VTIMEZONE")


def _observance(kind: str, lines: list[str]) -> list[str]:
    """Standard or daylight time; nothing without a beginning or an offset."""
    found = {property_name(line): property_value(line).strip().upper() for line in lines}
    begins = _START.fullmatch(found.get("DTSTART", ""))
    start = readable(f"DTSTART:{begins[1]}{begins[2] or 'T000000'}") if begins else ""
    offset = _offset(found.get("TZOFFSETTO", ""))
    if not start or not offset:
        return []
    # Without the offset before it, the change itself is an hour early or late at most.
    before = _offset(found.get("TZOFFSETFROM", "")) or offset
    repeated = [readable(line) for line in lines if property_name(line) in {"RRULE", "RDATE"}]
    return [
        f"BEGIN:{kind}",
        start,
        *filter(None, repeated),
        f"TZOFFSETFROM:{before}",
        f"TZOFFSETTO:{offset}",
        f"END:{kind}",
    ]


def _offset(value: str) -> str:
    """An offset from UTC as the standard writes it: +8 means +0800. Nothing where unreadable."""
    found = _OFFSET.fullmatch(value)
    if found is None:
        return ""
    sign, hours, minutes, seconds = found.groups()
    text = f"{int(hours):02d}{minutes or '00'}{seconds or ''}"
    return ("-" if sign == "-" and int(text) else "+") + text
