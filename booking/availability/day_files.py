"""Files of official days off and make-up workdays, as holiday-cn publishes them. Pure.

JSON: `{"year": 2026, "days": [{"name", "date", "isOffDay"}]}`. ICS: all-day events whose
SUMMARY begins with 上班 for a make-up workday (RFC 5545: DTEND is exclusive).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar

from booking.availability.hours import DayKind

LONGEST_EVENT = timedelta(days=31)
_MAKE_UP = re.compile(r"^上班(?:[（(]补(.*?)[）)])?$")


class UnreadableDays(ValueError):
    """The file is neither of the two forms."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One day off or make-up workday."""

    day: date
    kind: DayKind
    name: str


def read_days(content: bytes) -> list[SpecialDay]:
    """The special days of a JSON or ICS file, by date; none if the year is not out yet.

    Raises `UnreadableDays`.
    """
    text = content.decode("utf-8-sig", errors="replace").lstrip()
    try:
        days = _read_json(text) if text.startswith("{") else _read_ics(text)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableDays(str(error)) from error
    return sorted(days, key=lambda one: one.day)


def _read_json(text: str) -> list[SpecialDay]:
    return [
        SpecialDay(
            date.fromisoformat(one["date"]),
            DayKind.OFF if one["isOffDay"] else DayKind.WORK,
            str(one["name"]),
        )
        for one in json.loads(text)["days"]
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
