"""Reduce one VTIMEZONE of an .ics file to the lines that the expansion can use. Pure.

Most files define a zone whose name is sufficient (`Asia/Shanghai`, `China Standard Time`), so a
slightly wrong definition must not discard the file: invalid lines are left out, and so is a zone of
which nothing remains. RFC 5545 3.6.5 and 3.3.14.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from booking.availability.external.engine.lines import property_name, property_value, valid_time
from booking.availability.external.engine.rules import read_rule

_OFFSET = re.compile(r"([+-]?)([01]?\d|2[0-3])(?::?([0-5]\d))?(?::?([0-5]\d))?")
_START = re.compile(r"(\d{8})(T\d{6})?Z?")


def read_zone(lines: Iterable[str]) -> tuple[str | None, list[str], bool]:
    """TZID, observances, and whether all of them could be read.

    `lines` are those inside the component. Each observance keeps its start, its recurrences and its
    offsets. TZID is None if there is none.
    """
    tzid: str | None = None
    observances: list[str] = []
    whole = True
    observance_lines: list[str] = []
    open_kinds: list[str] = []
    for line in lines:
        name = property_name(line)
        if name == "BEGIN":
            open_kinds.append(property_value(line).strip().upper())
            observance_lines = []
        elif name == "END" and open_kinds:
            kind = open_kinds.pop()
            if not open_kinds and kind in {"STANDARD", "DAYLIGHT"}:
                found, complete = _observance(kind, observance_lines)
                observances += found
                whole &= complete
        elif len(open_kinds) == 1:
            observance_lines.append(line)
        elif name == "TZID" and not open_kinds:
            tzid = property_value(line)
    return tzid, observances, whole


def _observance(kind: str, lines: list[str]) -> tuple[list[str], bool]:
    """The lines of an observance, none without a start or an offset; and whether all are read."""
    value_by_name = {property_name(line): property_value(line).strip().upper() for line in lines}
    match = _START.fullmatch(value_by_name.get("DTSTART", ""))
    start = valid_time(f"{match[1]}{match[2] or 'T000000'}") if match else ""
    offset = _offset(value_by_name.get("TZOFFSETTO", ""))
    if not start or not offset:
        return [], False
    # Without TZOFFSETFROM, the transition itself is at most an hour early or late.
    before = _offset(value_by_name.get("TZOFFSETFROM", "")) or offset
    recurrences, whole = _recurrences(lines)
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{start}",
        *recurrences,
        f"TZOFFSETFROM:{before}",
        f"TZOFFSETTO:{offset}",
        f"END:{kind}",
    ], whole


def _recurrences(lines: list[str]) -> tuple[list[str], bool]:
    found, whole = [], True
    for line in lines:
        name, value = property_name(line), property_value(line).strip().upper()
        if name == "RRULE":
            rule, flaw = read_rule(value)
            found += [f"RRULE:{rule}"] if rule else []
            whole &= flaw is None
        elif name == "RDATE":
            times = [valid_time(item.strip()) for item in value.split(",")]
            found += [f"RDATE:{','.join(filter(None, times))}"] if any(times) else []
            whole &= all(times)
    return found, whole


def _offset(value: str) -> str:
    """An offset from UTC in standard form: +8 becomes +0800. Empty if invalid."""
    match = _OFFSET.fullmatch(value)
    if match is None:
        return ""
    sign, hours, minutes, seconds = match.groups()
    text = f"{int(hours):02d}{minutes or '00'}{seconds or ''}"
    return ("-" if sign == "-" and int(text) else "+") + text
