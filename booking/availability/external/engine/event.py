"""Reduce one VEVENT of an .ics file to the lines that state its times, and repair them. Pure.

An invalid property must not discard the rest of its event: the expansion skips what it cannot
parse, and that would show free time where there is none. Calendar rule 22; RFC 5545 3.3.4, 3.3.5,
3.3.6, 3.3.10 and 3.8.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_DEFAULT_DURATION = "DURATION:PT1H"
"""Replaces an invalid duration or end: the event takes time, though it is unknown how long."""

_NAME = re.compile(r"[A-Za-z0-9-]+")
_TIME = re.compile(
    r"(?!0000)\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"(T([01]\d|2[0-3])[0-5]\d([0-5]\d|60)Z?)?"
)
_DURATION = re.compile(r"P(\d{1,4}W)?(\d{1,4}D)?(?:T?(\d{1,5}H)?(\d{1,6}M)?(\d{1,7}S)?)")
_NUMBERS = r"[+-]?\d{1,3}(,[+-]?\d{1,3})*"
_RULE_PARTS = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"\d{1,4}"),
    "COUNT": re.compile(r"\d{1,4}"),
    "UNTIL": _TIME,
    "WKST": re.compile("MO|TU|WE|TH|FR|SA|SU"),
    "BYDAY": re.compile(r"([+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)(,(?!$)|$))+"),
    **{
        f"BY{part}": re.compile(_NUMBERS)
        for part in "MONTH MONTHDAY YEARDAY WEEKNO SETPOS HOUR MINUTE SECOND".split()
    },
}


def property_name(line: str) -> str:
    """The name of a content line in upper case; empty if there is none."""
    match = _NAME.match(line)
    return match[0].upper() if match else ""


def property_value(line: str) -> str:
    """The part of a content line after the first colon outside quotation marks."""
    return line[len(_name_and_parameters(line)) + 1 :]


class Events:
    """Repairs the events of one VCALENDAR, and distinguishes those that share a UID.

    `own` are the UIDs of this installation's lectures, whose busy times come from holds: a
    cancelled lecture that an instructor's calendar still contains must not close the time again.
    """

    def __init__(self, own: frozenset[str] = frozenset()) -> None:
        self._own_uids = own
        self._seen: set[tuple[str, int]] = set()

    def repaired(self, lines: list[str], number: int) -> Iterator[str]:
        """The repaired lines of an event; none if it has no start or is one of our lectures.

        Of two that share a UID, the one with the higher SEQUENCE replaces the other (RFC 5545
        3.8.7.4). With equal SEQUENCE they are two events, and the second gets a UID of its own.
        """
        lines = [fixed for line in lines if (fixed := readable(line))]
        line_by_name = {property_name(line): line for line in lines}
        start, end, duration = (
            line_by_name.get("DTSTART"),
            line_by_name.get("DTEND"),
            line_by_name.get("DURATION"),
        )
        uid = property_value(line_by_name.get("UID", "")).strip()
        if start is None or uid in self._own_uids:
            return
        yield "BEGIN:VEVENT"
        yield f"UID:{self._distinct_uid(uid, line_by_name, number)}"
        yield from (line for line in lines if property_name(line) not in _WRITTEN_SEPARATELY)
        if end is not None:
            yield end if property_value(end) else _DEFAULT_DURATION
        elif duration is not None:
            yield _duration_line(property_value(duration))
        yield "END:VEVENT"

    def _distinct_uid(self, uid: str, line_by_name: dict[str, str], number: int) -> str:
        if not uid:
            return f"without-{number}"
        if "RECURRENCE-ID" in line_by_name:
            return uid
        version = uid, int(property_value(line_by_name.get("SEQUENCE", ":0")))
        if version in self._seen:
            return f"again-{number}"
        self._seen.add(version)
        return uid


_WRITTEN_SEPARATELY = frozenset({"UID", "DTEND", "DURATION"})


def _name_and_parameters(line: str) -> str:
    """The part of a content line before its value."""
    quoted = False
    for position, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == ":" and not quoted:
            return line[:position]
    return line


def readable(line: str) -> str:
    """The line with its valid values; empty if there are none.

    An invalid DTEND keeps an empty value: the event does have an end.
    """
    name, head = property_name(line), _name_and_parameters(line)
    value = property_value(line).strip().upper()
    if name in {"DTSTART", "RECURRENCE-ID"}:
        return f"{head}:{_valid_time(value)}" if _valid_time(value) else ""
    if name == "DTEND":
        return f"{head}:{_valid_time(value)}"
    if name in {"RDATE", "EXDATE"}:
        times = [_valid_time(item) or _valid_period(item) for item in value.split(",")]
        return f"{head}:{','.join(filter(None, times))}" if any(times) else ""
    if name == "RRULE":
        rule = _valid_rule(value)
        return f"{head}:{rule}" if rule else ""
    if name == "SEQUENCE":
        return line if re.fullmatch(r"\d{1,9}", value) else ""
    return line


def _valid_time(value: str) -> str:
    """A DATE or DATE-TIME if valid, else empty. A leap second becomes the second before (3.3.5)."""
    if not _TIME.fullmatch(value):
        return ""
    return re.sub(r"60(Z?)$", r"59\1", value) if "T" in value else value


def _valid_period(value: str) -> str:
    """A PERIOD if valid, else empty."""
    start, slash, end = value.partition("/")
    valid = slash and _valid_time(start) and (_valid_time(end) or _DURATION.fullmatch(end))
    return value if valid else ""


def _valid_rule(value: str) -> str:
    """The valid parts of a recurrence rule; empty without FREQ."""
    parts = dict(part.partition("=")[::2] for part in value.split(";"))
    valid_parts = {
        name: part_value
        for name, part_value in parts.items()
        if name in _RULE_PARTS and _RULE_PARTS[name].fullmatch(part_value)
    }
    return (
        ";".join(f"{name}={part_value}" for name, part_value in valid_parts.items())
        if "FREQ" in valid_parts
        else ""
    )


def _duration_line(value: str) -> str:
    """A DURATION line in the form of RFC 5545 3.3.6: P1H and 1H become PT1H."""
    match = _DURATION.fullmatch("P" + value.strip().upper().lstrip("+-").removeprefix("P"))
    if match is None or not any(match.groups()):
        return _DEFAULT_DURATION
    weeks, days, *clock = match.groups(default="")
    total_days = int(weeks[:-1] or 0) * 7 + int(days[:-1] or 0)
    time = "".join(clock)
    return f"DURATION:P{total_days}D" + (f"T{time}" if time else "")
