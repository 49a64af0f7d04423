"""One event of somebody's .ics file, reduced to lines that say when, and put right. Pure.

A property that nobody can read must not take the rest of its event along: what the
expansion cannot parse it leaves out, and that would be free time where there is none.
Calendar rule 22; RFC 5545 3.3.4, 3.3.5, 3.3.6, 3.3.10 and 3.8.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SOME_LENGTH = "DURATION:PT1H"
"""For a length or an end that nobody can read: it takes time, though nobody knows how long."""

_NAME = re.compile(r"[A-Za-z0-9-]+")
_TIME = re.compile(
    r"(?!0000)\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"(T([01]\d|2[0-3])[0-5]\d([0-5]\d|60)Z?)?"
)
_LENGTH = re.compile(r"P(\d{1,4}W)?(\d{1,4}D)?(?:T?(\d{1,5}H)?(\d{1,6}M)?(\d{1,7}S)?)")
_NUMBERS = r"[+-]?\d{1,3}(,[+-]?\d{1,3})*"
_RULE = {
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
    """The name of a content line in capitals; empty where there is none."""
    found = _NAME.match(line)
    return found[0].upper() if found else ""


def property_value(line: str) -> str:
    """What stands behind the colon that is not within quotation marks."""
    return line[len(_before(line)) + 1 :]


class Events:
    """The events of one VCALENDAR, which tell apart those that share a UID.

    `own` are the UIDs of this installation's lectures. Their holds say when they are; what an
    instructor's calendar still shows of a cancelled one must not close the time again.
    """

    def __init__(self, own: frozenset[str] = frozenset()) -> None:
        self._own_uids = own
        self._seen: set[tuple[str, int]] = set()

    def repaired(self, lines: list[str], number: int) -> Iterator[str]:
        """The lines of an event, put right; none for one without a beginning, or of our own.

        Of two that share a UID, the one of the higher SEQUENCE replaces the other (RFC 5545
        3.8.7.4). Where both have the same, they are two, and the second gets a UID of its own.
        """
        lines = [fixed for line in lines if (fixed := readable(line))]
        found = {property_name(line): line for line in lines}
        start, end, length = found.get("DTSTART"), found.get("DTEND"), found.get("DURATION")
        uid = property_value(found.get("UID", "")).strip()
        if start is None or uid in self._own_uids:
            return
        yield "BEGIN:VEVENT"
        yield f"UID:{self._own(uid, found, number)}"
        yield from (line for line in lines if property_name(line) not in _SAID_APART)
        if end is not None:
            yield end if property_value(end) else _SOME_LENGTH
        elif length is not None:
            yield _read_length(property_value(length))
        yield "END:VEVENT"

    def _own(self, uid: str, found: dict[str, str], number: int) -> str:
        if not uid:
            return f"without-{number}"
        if "RECURRENCE-ID" in found:
            return uid
        version = uid, int(property_value(found.get("SEQUENCE", ":0")))
        if version in self._seen:
            return f"again-{number}"
        self._seen.add(version)
        return uid


_SAID_APART = frozenset({"UID", "DTEND", "DURATION"})


def _before(line: str) -> str:
    """Name and parameters."""
    quoted = False
    for position, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == ":" and not quoted:
            return line[:position]
    return line


def readable(line: str) -> str:
    """The line with what can be read of it; empty where nothing can.

    An end that cannot be read stays without a value: there is one.
    """
    name, head = property_name(line), _before(line)
    value = property_value(line).strip().upper()
    if name in {"DTSTART", "RECURRENCE-ID"}:
        return f"{head}:{_time(value)}" if _time(value) else ""
    if name == "DTEND":
        return f"{head}:{_time(value)}"
    if name in {"RDATE", "EXDATE"}:
        times = [_time(one) or _period(one) for one in value.split(",")]
        return f"{head}:{','.join(filter(None, times))}" if any(times) else ""
    if name == "RRULE":
        rule = _read_rule(value)
        return f"{head}:{rule}" if rule else ""
    if name == "SEQUENCE":
        return line if re.fullmatch(r"\d{1,9}", value) else ""
    return line


def _time(value: str) -> str:
    """A time as it can be read, or nothing. A leap second is the second before (3.3.5)."""
    if not _TIME.fullmatch(value):
        return ""
    return re.sub(r"60(Z?)$", r"59\1", value) if "T" in value else value


def _period(value: str) -> str:
    start, slash, end = value.partition("/")
    readable = slash and _time(start) and (_time(end) or _LENGTH.fullmatch(end))
    return value if readable else ""


def _read_rule(value: str) -> str:
    """The parts of a repetition that can be read; nothing without how often."""
    parts = dict(part.partition("=")[::2] for part in value.split(";"))
    good = {
        name: said for name, said in parts.items() if name in _RULE and _RULE[name].fullmatch(said)
    }
    return ";".join(f"{name}={said}" for name, said in good.items()) if "FREQ" in good else ""


def _read_length(value: str) -> str:
    """A duration as RFC 5545 3.3.6 wants it: P1H and 1H mean PT1H."""
    found = _LENGTH.fullmatch("P" + value.strip().upper().lstrip("+-").removeprefix("P"))
    if found is None or not any(found.groups()):
        return _SOME_LENGTH
    weeks, days, *clock = found.groups(default="")
    length = int(weeks[:-1] or 0) * 7 + int(days[:-1] or 0)
    time = "".join(clock)
    return f"DURATION:P{length}D" + (f"T{time}" if time else "")
