"""Distributions of whole numbers: quartiles, and classes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from booking.statistics.engine.suppression import LEAST


@dataclass(frozen=True, slots=True)
class Quartiles:
    """What a quarter, a half and three quarters of the values do not exceed (nearest rank)."""

    count: int
    lower: int
    median: int
    upper: int


def quartiles(counts: Mapping[int, int]) -> Quartiles | None:
    """The quartiles of values with their numbers; None of fewer than `LEAST` values."""
    total = sum(counts.values())
    if total < LEAST:
        return None
    lower, median, upper = (_ranked(counts, -(-total * part // 4)) for part in (1, 2, 3))
    return Quartiles(total, lower, median, upper)


def _ranked(counts: Mapping[int, int], rank: int) -> int:
    """The value of a rank from 1, in ascending order."""
    for value in sorted(counts):
        rank -= counts[value]
        if rank <= 0:
            return value
    raise ValueError("no value has this rank")


@dataclass(frozen=True, slots=True)
class Class:
    """Values from `low` to `high`, both inclusive; `high` None: without an upper end."""

    low: int
    high: int | None


LOAD_CLASSES = (
    Class(0, 0),
    Class(1, 2),
    Class(3, 5),
    Class(6, 10),
    Class(11, 20),
    Class(21, 40),
    Class(41, None),
)
"""Lectures of one instructor in the period."""

DAY_CLASSES = (
    Class(0, 3),
    Class(4, 7),
    Class(8, 14),
    Class(15, 21),
    Class(22, 30),
    Class(31, None),
)
"""Days from the request to the lecture."""

HOUR_CLASSES = (Class(0, 3), Class(4, 11), Class(12, 23), Class(24, 47), Class(48, None))
"""Hours from the request to the answer."""


def classified(counts: Mapping[int, int], classes: Sequence[Class]) -> list[int]:
    """How many values each class has. Values in no class are below the first one: they count there.

    Such a value is a lecture that was entered after its day.
    """
    found = [0] * len(classes)
    for value, count in counts.items():
        at = max((i for i, one in enumerate(classes) if one.low <= value), default=0)
        found[at] += count
    return found
