"""Recurrence rules of an .ics file: their valid parts, and what is wrong with them. Pure.

A part that is left out changes the days that a rule means, so the rule is then reported as a flaw.
RFC 5545 3.3.10; RFC 7529 for other calendars than the Gregorian (calendar rules 21, 22 and 39).
"""

from __future__ import annotations

import re
from datetime import date

from booking.availability.external.engine.flaws import Flaw
from booking.availability.external.engine.lines import day_of, valid_time

MOST_REPEATS = 5000

_PARTS = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"0*[1-9]\d{0,3}"),
    "COUNT": re.compile(r"0*[1-9]\d{0,3}"),
    "WKST": re.compile("MO|TU|WE|TH|FR|SA|SU"),
    "BYDAY": re.compile(r"([+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)(,(?!$)|$))+"),
}
_NUMBERS = re.compile(r"[+-]?\d{1,3}(,[+-]?\d{1,3})*")
_RANGES = {
    "BYMONTH": range(1, 13),
    "BYHOUR": range(24),
    "BYMINUTE": range(60),
    "BYSECOND": range(61),
    "BYMONTHDAY": range(1, 32),
    "BYYEARDAY": range(1, 367),
    "BYWEEKNO": range(1, 54),
    "BYSETPOS": range(1, 367),
}
_FROM_THE_END = frozenset({"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"})
_TOO_OFTEN = re.compile(r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)|INTERVAL=0+(?!\d)")
_COUNT = re.compile(r"COUNT=(\d+)")


def repeats_too_often(rule: str) -> bool:
    """Whether a rule repeats more often than those of a personal calendar."""
    rule = rule.upper()
    if _TOO_OFTEN.search(rule):
        return True
    return any(len(count) > 6 or int(count) > MOST_REPEATS for count in _COUNT.findall(rule))


def read_rule(value: str) -> tuple[str, Flaw | None]:
    """The rule to expand (empty: only the first time is certain), and what is wrong with it."""
    if repeats_too_often(value):
        return "", Flaw.TOO_OFTEN
    items = [item.split("=", 1) for item in value.upper().replace(" ", "").split(";") if item]
    parts = {item[0]: item[-1] for item in items}
    whole = all(len(item) == 2 for item in items) and len(parts) == len(items)
    if parts.pop("RSCALE", "GREGORIAN") != "GREGORIAN":
        return "", Flaw.SCALE
    whole &= parts.pop("SKIP", "OMIT") == "OMIT"
    valid = {name: text for name, text in parts.items() if _is_valid(name, text)}
    whole &= all(name in valid or name.startswith("X-") for name in parts)
    if "FREQ" not in valid:
        return "", Flaw.RULE
    return ";".join(f"{name}={text}" for name, text in valid.items()), None if whole else Flaw.RULE


def end_of(value: str) -> date:
    """The day of a rule's UNTIL; the last of all days if it has none that can be read."""
    match = re.search(r"UNTIL=([^;]*)", value.upper())
    return (match and day_of(match[1])) or date.max


def _is_valid(name: str, text: str) -> bool:
    if name == "UNTIL":
        return bool(valid_time(text))
    if name in _RANGES:
        if not _NUMBERS.fullmatch(text):
            return False
        numbers = [int(number) for number in text.split(",")]
        return all((abs(n) if name in _FROM_THE_END else n) in _RANGES[name] for n in numbers)
    return name in _PARTS and _PARTS[name].fullmatch(text) is not None
