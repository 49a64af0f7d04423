"""What each part of a schedule is stored as before and after a change. Pure.

`booking.json_values` writes and reads these types. A field that is added has a default, so that
changes that were stored before still can be undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from booking.availability.engine.hours import OverrideKind
from booking.availability.engine.hours_text import Block
from booking.availability.engine.timetables import Timetable, Validity

StoredBlock = tuple[int, int, int]
"""Weekday (0 is Monday), first and last minute of the day."""

StoredWeek = tuple[StoredBlock, ...]

StoredOverride = tuple[OverrideKind, date, date, int, int, str]
"""Kind, first and last day, first and last minute of these days, note."""

StoredOverrides = tuple[StoredOverride, ...]


@dataclass(frozen=True, slots=True)
class StoredTimetable:
    """A timetable; the fields of its validity are its own."""

    title: str
    first: date | None
    last: date | None
    weeks: int
    week_of: date | None
    replaces: bool
    blocks: StoredWeek

    def __post_init__(self) -> None:
        self.timetable()

    def timetable(self) -> Timetable:
        """The timetable; raises `ValueError` for a validity that cannot be."""
        validity = Validity(self.first, self.last, self.weeks, self.week_of)
        return Timetable(self.title, week_of(self.blocks), validity, self.replaces)


StoredTimetables = tuple[StoredTimetable, ...]


def week_of(blocks: Iterable[StoredBlock]) -> dict[int, list[Block]]:
    """The blocks by weekday."""
    week: dict[int, list[Block]] = {}
    for weekday, start, end in blocks:
        week.setdefault(weekday, []).append((start, end))
    return week
