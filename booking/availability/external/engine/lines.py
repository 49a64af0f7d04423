"""Content lines of an .ics file: name, parameters, value; and the values that state times. Pure.

What cannot be read gives an empty result, never an exception. RFC 5545 3.1, 3.2, 3.3.4,
3.3.5, 3.3.6 and 3.3.9; calendar rule 22.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

_NAME = re.compile(r"[A-Za-z0-9-]+")
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=\s*((?:"[^"]*"|[^;"])*)')
_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?")
_DURATION = re.compile(r"P(\d{1,4}W)?(\d{1,4}D)?(?:T?(\d{1,5}H)?(\d{1,6}M)?(\d{1,7}S)?)")


def property_name(line: str) -> str:
    """The name of a content line in upper case; empty if there is none."""
    match = _NAME.match(line)
    return match[0].upper() if match else ""


def property_value(line: str) -> str:
    """The part of a content line after the first colon outside quotation marks."""
    return line[len(_name_and_parameters(line)) + 1 :]


def parameter(line: str, name: str) -> str | None:
    """The value of a parameter without quotation marks, or None."""
    for found, value in _PARAMETER.findall(_name_and_parameters(line)):
        if found.upper() == name:
            return str(value).replace('"', "")
    return None


def valid_time(value: str, *, whole_day: bool = False) -> str:
    """A DATE or DATE-TIME if it exists, else empty; with `whole_day` always a DATE.

    A leap second becomes the second before (3.3.5).
    """
    match = _TIME.fullmatch(value)
    if match is None:
        return ""
    year, month, day, *clock = match.groups()
    try:
        date(int(year), int(month), int(day))
        if clock[0] is None or whole_day:
            return value[:8]
        second = 59 if clock[2] == "60" else int(clock[2])
        datetime(1, 1, 1, int(clock[0]), int(clock[1]), second)
    except ValueError:
        return ""
    return f"{value[:13]}{second:02d}{clock[3]}"


def day_of(value: str) -> date | None:
    """The day of a DATE or DATE-TIME as it is written, in whatever zone; None if unreadable."""
    valid = valid_time(value.strip().upper(), whole_day=True)
    return date(int(valid[:4]), int(valid[4:6]), int(valid[6:])) if valid else None


def valid_period(value: str) -> str:
    """A PERIOD that ends after it begins, else empty."""
    start, _slash, end = value.partition("/")
    if "T" not in start or not valid_time(start):
        return ""
    if end.startswith(("P", "+P")):
        length = duration(end)
        return f"{valid_time(start)}/{length}" if length else ""
    if "T" not in end or not valid_time(end) or valid_time(end) <= valid_time(start):
        return ""
    return f"{valid_time(start)}/{valid_time(end)}"


def duration(value: str) -> str:
    """A length in the form of RFC 5545 3.3.6: P1H and 1H become PT1H. Empty if unreadable."""
    match = _DURATION.fullmatch("P" + value.strip().upper().lstrip("+-").removeprefix("P"))
    if match is None or not any(match.groups()):
        return ""
    weeks, days, *clock = match.groups(default="")
    total_days = int(weeks[:-1] or 0) * 7 + int(days[:-1] or 0)
    time = "".join(clock)
    return f"P{total_days}D" + (f"T{time}" if time else "")


def next_day(day: date) -> date:
    """The day after, as far as there is one."""
    return day + timedelta(days=1) if day < date.max else day


def _name_and_parameters(line: str) -> str:
    """The part of a content line before its value."""
    quoted = False
    for position, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == ":" and not quoted:
            return line[:position]
    return line
