"""Parse files of official days off and make-up workdays in the formats of holiday-cn. Pure.

JSON: `{"year": 2026, "days": [{"name", "date", "isOffDay"}]}`. ICS: all-day events whose SUMMARY
begins with 上班 for a make-up workday (RFC 5545: DTEND is exclusive).

A file is named after the year of the official document, which may also contain days of the December
before.
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
"""A file with at least so many days of a year covers that year: files of several years exist, and
none has as many days of a year that it does not cover."""

MOST_DAYS = 2_000
"""Days that a file may name; holiday-cn's largest has some hundred."""

_MAKE_UP = re.compile(r"^上班(?:[（(]补(.*?)[）)])?$")


class UnreadableDays(ValueError):
    """The file is in neither of the two formats."""


@dataclass(frozen=True, slots=True)
class NamedDay:
    """One day off or make-up workday."""

    day: date
    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """The days off and make-up workdays of a file, sorted by date, and the years that it covers."""

    years: frozenset[int]
    days: tuple[NamedDay, ...]


def read_days(content: bytes) -> Schedule:
    """Parse a JSON or ICS file; no days if the schedule of the year is not published yet.

    The covered years are the one named in the JSON; without it, the year with most days, and every
    other with at least `WHOLE_YEAR` days. Raises `UnreadableDays`.
    """
    text = content.decode("utf-8-sig", errors="replace").lstrip()
    named_year: int | None = None
    try:
        if text.startswith("{"):
            document = json.loads(text)
            days, named_year = _read_json(document), _named_year(document)
        else:
            days = _read_ics(text)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise UnreadableDays(str(error)) from error
    except RecursionError:
        raise UnreadableDays("too deeply nested") from None
    if len(days) > MOST_DAYS:
        raise UnreadableDays("too many days")
    ordered = tuple(sorted(days, key=lambda special: special.day))
    return Schedule(_years(ordered) if named_year is None else frozenset({named_year}), ordered)


def write_json(schedule: Schedule) -> str:
    """The schedule in the JSON format, so that `read_days` gives the same."""
    days = [
        {"name": one.name, "date": one.day.isoformat(), "isOffDay": one.kind is DayKind.OFF}
        for one in schedule.days
    ]
    named = {"year": next(iter(schedule.years))} if len(schedule.years) == 1 else {}
    return json.dumps(named | {"days": days}, ensure_ascii=False)


def _years(days: tuple[NamedDay, ...]) -> frozenset[int]:
    counts = Counter(special.day.year for special in days)
    # On a tie the later year: of the earlier one a file has only days of December.
    most = max(counts, key=lambda year: (counts[year], year), default=None)
    return frozenset(year for year in counts if year == most or counts[year] >= WHOLE_YEAR)


def _named_year(document: Any) -> int | None:
    year = document.get("year")
    if year is None:
        return None
    if type(year) is not int:
        raise ValueError("the year is no number")
    return year


def _read_json(document: Any) -> list[NamedDay]:
    return [
        NamedDay(
            date.fromisoformat(entry["date"]),
            DayKind.OFF if entry["isOffDay"] else DayKind.WORK,
            str(entry["name"]),
        )
        for entry in document["days"]
    ]


def _read_ics(text: str) -> list[NamedDay]:
    if not text.startswith("BEGIN:VCALENDAR"):
        raise ValueError("not a calendar")
    days: list[NamedDay] = []
    for event in Calendar.from_ical(text).events:
        first, after = _day(event.start), _day(event.end)
        if not timedelta(0) < after - first <= LONGEST_EVENT:
            raise ValueError("an event of this length is no holiday")
        kind, name = _kind(str(event["SUMMARY"]))
        days += [
            NamedDay(first + timedelta(days=offset), kind, name)
            for offset in range((after - first).days)
        ]
    return days


def _day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        raise ValueError("not an all-day event")
    return value


def _kind(summary: str) -> tuple[DayKind, str]:
    match = _MAKE_UP.match(summary)
    if match is None:
        return DayKind.OFF, summary.removesuffix("假期")
    return DayKind.WORK, (match.group(1) or summary).removesuffix("假期")
