"""The caps of one instructor, counted over existing and planned lectures together. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from booking.availability.engine.limits import Caps, month_key, quarter_key, week_key, year_key

CapKey = tuple[Hashable, ...]
"""A span of days in which lectures are counted, with the organisation where only its count."""


class _Cap(NamedTuple):
    most: int
    key: Callable[[date], Hashable]
    by_organisation: bool


class CapCounts:
    """How many more lectures fit under the caps of an instructor."""

    def __init__(self, caps: Caps) -> None:
        self._caps = {
            name: _Cap(most, key, name == "branch_quarter")
            for name, most, key in (
                ("day", caps.day, _day_key),
                ("week", caps.week, week_key),
                ("month", caps.month, month_key),
                ("year", caps.year, year_key),
                ("branch_quarter", caps.branch_quarter, quarter_key),
            )
            if most is not None
        }
        self._counts: defaultdict[CapKey, int] = defaultdict(int)
        self._keys = cache(self._spans_of)

    def __bool__(self) -> bool:
        """Whether any cap is set."""
        return bool(self._caps)

    def count_existing(self, lectures: Iterable[tuple[int, int | None, int]]) -> None:
        """Count existing holds: day, organisation and lecture. A lecture counts once for a cap."""
        if self._caps:
            counted = {
                (key, lecture)
                for day, organisation, lecture in lectures
                for key, _most in self.spans(day, organisation)
            }
            for key, _lecture in counted:
                self._counts[key] += 1

    def spans(self, day: int, organisation: int | None) -> Iterator[tuple[CapKey, int]]:
        """The spans in which a lecture on a day for an organisation counts, with their caps."""
        for key, most, by_organisation in self._keys(day):
            yield ((*key, organisation) if by_organisation else key), most

    def fit(self, day: int, organisation: int) -> bool:
        """Whether one more lecture fits."""
        return all(self._counts[key] < most for key, most in self.spans(day, organisation))

    def left(self, key: CapKey, most: int) -> int:
        """How many more lectures fit into a span."""
        return most - self._counts[key]

    def change(self, day: int, organisation: int, by: int) -> None:
        """Count a planned lecture, or take it back."""
        for key, _most in self.spans(day, organisation):
            self._counts[key] += by

    def _spans_of(self, day: int) -> tuple[tuple[CapKey, int, bool], ...]:
        on = date.fromordinal(day)
        return tuple(
            ((name, cap.key(on)), cap.most, cap.by_organisation) for name, cap in self._caps.items()
        )


def _day_key(day: date) -> date:
    return day
