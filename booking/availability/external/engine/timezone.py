"""Reduce one VTIMEZONE of an .ics file to the lines that the expansion can use. Pure.

Most files define a zone whose name is sufficient (`Asia/Shanghai`, `China Standard Time`), so a
slightly wrong definition must not discard the file: invalid lines are left out, and so is a zone of
which nothing remains. RFC 5545 3.6.5 and 3.3.14.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from booking.availability.external.engine.event import property_name, property_value, readable

_OFFSET = re.compile(r"([+-]?)([01]?\d|2[0-3])(?::?([0-5]\d))?(?::?([0-5]\d))?")
_START = re.compile(r"(\d{8})(T\d{6})?Z?")


def readable_zone(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a zone with its valid observances; nothing if there are none.

    `lines` are those inside the component. Each observance keeps its start, its recurrences and its
    offsets.
    """
    tzid_line, observances = "", []
    observance_lines: list[str] = []
    open_kinds: list[str] = []
    for line in lines:
        name = property_name(line)
        if name == "BEGIN":
            open_kinds.append(property_value(line).upper())
            observance_lines = []
        elif name == "END":
            kind = open_kinds.pop()
            if not open_kinds and kind in {"STANDARD", "DAYLIGHT"}:
                observances += _observance(kind, observance_lines)
        elif len(open_kinds) == 1:
            observance_lines.append(line)
        elif name == "TZID" and not open_kinds:
            tzid_line = line
    if tzid_line and observances:
        yield from ("BEGIN:VTIMEZONE", tzid_line, *observances, "END:VTIMEZONE")


def _observance(kind: str, lines: list[str]) -> list[str]:
    """The lines of a STANDARD or DAYLIGHT observance; none without a start or an offset."""
    value_by_name = {property_name(line): property_value(line).strip().upper() for line in lines}
    match = _START.fullmatch(value_by_name.get("DTSTART", ""))
    start = readable(f"DTSTART:{match[1]}{match[2] or 'T000000'}") if match else ""
    offset = _offset(value_by_name.get("TZOFFSETTO", ""))
    if not start or not offset:
        return []
    # Without TZOFFSETFROM, the transition itself is at most an hour early or late.
    before = _offset(value_by_name.get("TZOFFSETFROM", "")) or offset
    recurrences = [readable(line) for line in lines if property_name(line) in {"RRULE", "RDATE"}]
    return [
        f"BEGIN:{kind}",
        start,
        *filter(None, recurrences),
        f"TZOFFSETFROM:{before}",
        f"TZOFFSETTO:{offset}",
        f"END:{kind}",
    ]


def _offset(value: str) -> str:
    """An offset from UTC in standard form: +8 becomes +0800. Empty if invalid."""
    match = _OFFSET.fullmatch(value)
    if match is None:
        return ""
    sign, hours, minutes, seconds = match.groups()
    text = f"{int(hours):02d}{minutes or '00'}{seconds or ''}"
    return ("-" if sign == "-" and int(text) else "+") + text
