"""The measures of charts, in percent of their width or height. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STEPS = 5
"""Shades of a table that is coloured like a map; 0 is no shade."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is called, its number, its length in percent of the longest."""

    label: str
    value: int
    length: float


def bars(values: Sequence[tuple[str, int]]) -> list[Bar]:
    """The bars of a chart, in the order of the values; without a value above 0 all are empty."""
    most = max((value for _label, value in values), default=0)
    return [
        Bar(label, value, round(100 * value / most, 2) if most else 0.0) for label, value in values
    ]


def shade(value: int, most: int) -> int:
    """The shade of a number among numbers up to `most`: 0 for none, else 1 to `STEPS`."""
    return 0 if value <= 0 or most <= 0 else min(STEPS, -(-value * STEPS // most))
