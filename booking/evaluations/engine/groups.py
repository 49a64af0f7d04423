"""Which answers are shown together, so that nobody can find a single one. Pure.

Evaluations of branches come one by one. If means were shown from five answers on and then changed
with each, two looks would tell the sixth. So they are counted in whole groups of `LEAST`, in the
order of time: two looks, two periods or two regions always differ by whole groups. Answers of
listeners come within days, so those of a lecture are shown at once, after nobody can answer any
more; a lecture with fewer than `LEAST` is not counted anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypeVar

LEAST = 5
"""Answers that are shown together at least."""

T = TypeVar("T")


class HalfYear(NamedTuple):
    """A half of a year: 1 or 2."""

    year: int
    half: int


def whole_groups(answers: Sequence[T], size: int = LEAST) -> list[Sequence[T]]:
    """The answers, which are in the order of time, in groups; those left over are in none."""
    whole = len(answers) // size * size
    return [answers[first : first + size] for first in range(0, whole, size)]


def half_year_of(day: date) -> HalfYear:
    """The half of a year in which a day lies."""
    return HalfYear(day.year, 1 if day.month <= 6 else 2)


def shown(count: int) -> bool:
    """Whether so many answers may be shown together."""
    return count >= LEAST
