"""Measured times by round, and statistics of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

Series = list[list[float]]
"""Milliseconds: a list for each round, with one number per request."""


def ratios(series: Series, unit: Series) -> list[float]:
    """For each round, the median of a case over the median of the unit in that round."""
    return [median(these) / median(those) for these, those in zip(series, unit, strict=True)]


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which this share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
