"""Other hours for a stretch of time, and how they meet the everyday week. Pure.

Somebody has one everyday week and may have timetables beside it: for a school term, for the
summer, for every second week. A timetable stands in for the everyday week on its days, or
comes on top of it; two timetables on the same day both hold. The engine knows nothing of
this: `flatten` turns everything into weekly hours with a validity each.
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
    """The days from `first` to `last`, both inclusive (None: no limit), in weeks that count.

    `weeks` is 1 for every week and 2 for every other, counted from the Monday week that holds
    the day `week_of`. Raises `ValueError` for other numbers or where that day is missing.
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
    """Hours for the days of a validity."""

    title: str
    week: Week
    validity: Validity
    replaces: bool = True
    """Whether it stands in for the everyday week; otherwise it comes on top of it."""


def flatten(everyday: Week, timetables: Iterable[Timetable]) -> tuple[WeeklyHours, ...]:
    """All hours as the engine reads them.

    The everyday week holds on exactly the days on which no timetable stands in for it.
    """
    timetables = list(timetables)
    rest = [ALWAYS]
    for timetable in timetables:
        if timetable.replaces:
            rest = [left for piece in rest for left in without(piece, timetable.validity)]
    woven = [one for piece in rest for one in _hours(everyday, piece)]
    woven += [one for each in timetables for one in _hours(each.week, each.validity)]
    return tuple(woven)


def without(piece: Validity, hole: Validity) -> list[Validity]:
    """What is left of one validity when the days of another are taken out, in pieces."""
    first, last = _later(piece.first, hole.first), _earlier(piece.last, hole.last)
    if first is not None and last is not None and last < first:
        return [piece]
    left = []
    if first is not None and first != piece.first:
        left.append(Validity(piece.first, first - _DAY, piece.weeks, piece.week_of))
    if last is not None and last != piece.last:
        left.append(Validity(last + _DAY, piece.last, piece.weeks, piece.week_of))
    if hole.week_of is not None and not _same_weeks(piece, hole):
        week_of = hole.week_of + timedelta(days=7)
        left.append(Validity(first, last, 2, week_of))
    return left


def _same_weeks(piece: Validity, hole: Validity) -> bool:
    """Whether a piece of alternating weeks counts in the same weeks as the hole."""
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


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
