"""Files of official days off and make-up workdays, as holiday-cn publishes them. Pure.

JSON: `{"year": 2026, "days": [{"name", "date", "isOffDay"}]}`. ICS: all-day events whose
SUMMARY begins with 上班 for a make-up workday (RFC 5545: DTEND is exclusive).

A file is named by the year of the document, and the document may name days of December before.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar

from booking.availability.engine.hours import DayKind

LONGEST_EVENT = timedelta(days=31)

WHOLE_YEAR = 10
"""A file with so many days of a year is about it: files of several years exist, and none names
as many days of a year that it is not about."""

_MAKE_UP = re.compile(r"^上班(?:[（(]补(.*?)[）)])?$")


class UnreadableDays(ValueError):
    """The file is neither of the two forms."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One day off or make-up workday."""

    day: date
    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """The special days of a file, by date, and the years that it is about."""

    years: frozenset[int]
    days: tuple[SpecialDay, ...]


def read_days(content: bytes) -> Schedule:
    """The special days of a JSON or ICS file; none if the year is not out yet.

    The years are the one that JSON names; without it, that of most days, and every other of
    which there are `WHOLE_YEAR` days. Raises `UnreadableDays`.
    """
    text = content.decode("utf-8-sig", errors="replace").lstrip()
    named: int | None = None
    try:
        if text.startswith("{"):
            told = json.loads(text)
            days, named = _read_json(told), _named_year(told)
        else:
            days = _read_ics(text)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableDays(str(error)) from error
    ordered = tuple(sorted(days, key=lambda one: one.day))
    return Schedule(_years(ordered) if named is None else frozenset({named}), ordered)


def _years(days: tuple[SpecialDay, ...]) -> frozenset[int]:
    counts = Counter(one.day.year for one in days)
    # Of two years with as many days it is the later: December is what a file only touches.
    most = max(counts, key=lambda year: (counts[year], year), default=None)
    return frozenset(year for year in counts if year == most or counts[year] >= WHOLE_YEAR)


def _named_year(told: Any) -> int | None:
    year = told.get("year")
    if year is None:
        return None
    if type(year) is not int:
        raise ValueError("the year is no number")
    return year


def _read_json(told: Any) -> list[SpecialDay]:
    return [
        SpecialDay(
            date.fromisoformat(one["date"]),
            DayKind.OFF if one["isOffDay"] else DayKind.WORK,
            str(one["name"]),
        )
        for one in told["days"]
    ]


def _read_ics(text: str) -> list[SpecialDay]:
    if not text.startswith("BEGIN:VCALENDAR"):
        raise ValueError("not a calendar")
    found: list[SpecialDay] = []
    for event in Calendar.from_ical(text).events:
        first, after = _day(event.start), _day(event.end)
        if not timedelta(0) < after - first <= LONGEST_EVENT:
            raise ValueError("an event of this length is no holiday")
        kind, name = _kind(str(event["SUMMARY"]))
        found += [
            SpecialDay(first + timedelta(days=offset), kind, name)
            for offset in range((after - first).days)
        ]
    return found


def _day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        raise ValueError("not an all-day event")
    return value


def _kind(summary: str) -> tuple[DayKind, str]:
    match = _MAKE_UP.match(summary)
    if match is None:
        return DayKind.OFF, summary.removesuffix("假期")
    return DayKind.WORK, (match.group(1) or summary).removesuffix("假期")
