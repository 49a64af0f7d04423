"""Timetables beside the everyday week, and both flattened into weekly hours. Pure.

An instructor has one everyday week and may have timetables beside it: for a school term, for the
summer, for every second week. A timetable replaces the everyday week on its days, or adds to it;
two timetables on the same day both apply. The rest of the engine has no timetables: `flatten` turns
everything into weekly hours with a validity each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from booking.availability.engine.hours import WeeklyHours
from booking.availability.engine.hours_text import Block
from booking.availability.engine.limits import week_key

Week = Mapping[int, Sequence[Block]]
"""Weekday (0 is Monday) to blocks of local minutes."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Validity:
    """The days from `first` to `last`, both inclusive (None: no limit), in the active weeks.

    `weeks` is 1 for every week and 2 for every other, counted from the week (Monday to Sunday) that
    contains the day `week_of`. Raises `ValueError` for other numbers, or unless `week_of` is given
    exactly for 2.
    """

    first: date | None = None
    last: date | None = None
    weeks: int = 1
    week_of: date | None = None

    def __post_init__(self) -> None:
        if self.weeks not in (1, 2) or (self.weeks == 2) != (self.week_of is not None):
            raise ValueError("every week, or every other one with a day in a week that counts")


ALWAYS = Validity()


@dataclass(frozen=True, slots=True)
class Timetable:
    """Weekly hours for the days of a validity."""

    title: str
    week: Week
    validity: Validity
    replaces: bool = True
    """Whether it replaces the everyday week; otherwise it adds to it."""


def flatten(everyday: Week, timetables: Iterable[Timetable]) -> tuple[WeeklyHours, ...]:
    """All hours as the weekly hours of the engine.

    The everyday week applies on exactly the days on which no timetable replaces it.
    """
    timetables = list(timetables)
    uncovered = [ALWAYS]
    for timetable in timetables:
        if timetable.replaces:
            uncovered = [
                remainder
                for validity in uncovered
                for remainder in without(validity, timetable.validity)
            ]
    weekly = [hours for validity in uncovered for hours in _hours(everyday, validity)]
    weekly += [
        hours for timetable in timetables for hours in _hours(timetable.week, timetable.validity)
    ]
    return tuple(weekly)


def without(piece: Validity, hole: Validity) -> list[Validity]:
    """The days of one validity minus those of another, as a list of validities."""
    first, last = _later(piece.first, hole.first), _earlier(piece.last, hole.last)
    if first is not None and last is not None and last < first:
        return [piece]
    remaining = []
    if first is not None and first != piece.first:
        remaining.append(Validity(piece.first, first - _DAY, piece.weeks, piece.week_of))
    if last is not None and last != piece.last:
        remaining.append(Validity(last + _DAY, piece.last, piece.weeks, piece.week_of))
    if hole.week_of is not None and not _same_weeks(piece, hole):
        week_of = hole.week_of + timedelta(days=7)
        remaining.append(Validity(first, last, 2, week_of))
    return remaining


def _same_weeks(piece: Validity, hole: Validity) -> bool:
    """Whether two alternating validities are active in the same weeks."""
    if piece.week_of is None or hole.week_of is None:
        return False
    return (week_key(piece.week_of) - week_key(hole.week_of)).days % 14 == 0


def _hours(week: Week, validity: Validity) -> Iterable[WeeklyHours]:
    for weekday, blocks in week.items():
        for start, end in blocks:
            yield WeeklyHours(
                weekday,
                start,
                end,
                validity.first,
                validity.last,
                validity.weeks,
                validity.week_of,
            )


def _later(first: date | None, second: date | None) -> date | None:
    return max((day for day in (first, second) if day is not None), default=None)


def _earlier(first: date | None, second: date | None) -> date | None:
    return min((day for day in (first, second) if day is not None), default=None)
