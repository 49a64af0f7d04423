"""The measures of charts, in percent of their width or height. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Number = int | Decimal

STEPS = 5
"""Shades of a table that is coloured like a map; 0 is no shade."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is called, its number, its length in percent of the width."""

    label: str
    value: Number
    length: float


def bars(values: Sequence[tuple[str, Number]], most: int | None = None) -> list[Bar]:
    """The bars of a chart, in the order of the values; `most` is the end of the scale.

    Without it the longest bar is the largest value; without a value above 0 all are empty.
    """
    end: Number = max((value for _label, value in values), default=0) if most is None else most
    return [
        Bar(label, value, round(float(100 * value / end), 2) if end else 0.0)
        for label, value in values
    ]


def shade(value: int, most: int) -> int:
    """The shade of a number among numbers up to `most`: 0 for none, else 1 to `STEPS`."""
    return 0 if value <= 0 or most <= 0 else min(STEPS, -(-value * STEPS // most))
