"""Formats results as text tables; `Row` is also written as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from statistics import median
from typing import Any

from benchmarks.rounds import Size
from benchmarks.series import Series, percentile, ratios


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. Times in milliseconds, ratios to the unit of the same round."""

    case: str
    p50_ms: float
    p95_ms: float
    ratio: float
    lowest_ratio: float
    highest_ratio: float
    queries: int | None = None
    bytes: int | None = None


def rows(
    series: Mapping[str, Series], unit: str, sizes: Mapping[str, Size] | None = None
) -> list[Row]:
    """A row for each case, in the order of measurement."""
    return [
        _row(name, times, series[unit], (sizes or {}).get(name)) for name, times in series.items()
    ]


def _row(name: str, series: Series, unit: Series, size: Size | None) -> Row:
    times, round_ratios = list(chain.from_iterable(series)), ratios(series, unit)
    return Row(
        case=name,
        p50_ms=median(times),
        p95_ms=percentile(times, 0.95),
        ratio=median(round_ratios),
        lowest_ratio=min(round_ratios),
        highest_ratio=max(round_ratios),
        queries=size.queries if size else None,
        bytes=size.bytes if size else None,
    )


def table(title: str, lines: list[Row]) -> str:
    """A table in plain text."""
    head = (
        f"{title:<34}{'p50 ms':>9}{'p95 ms':>9}{'ratio':>8}{'min..max':>16}{'SQL':>5}{'bytes':>9}"
    )
    return "\n".join([head, "-" * len(head), *map(_line, lines)])


def _line(row: Row) -> str:
    spread = f"{row.lowest_ratio:.1f}..{row.highest_ratio:.1f}"
    times = f"{row.p50_ms:9.3f}{row.p95_ms:9.3f}{row.ratio:8.2f}{spread:>16}"
    return f"{_wide(row.case, 34)}{times}{_number(row.queries, 5)}{_number(row.bytes, 9)}"


def _wide(text: str, width: int) -> str:
    """Text padded to a width in terminal columns; Chinese characters take two."""
    taken = sum(1 if character.isascii() else 2 for character in text)
    return text + " " * max(0, width - taken)


def _number(value: int | None, width: int) -> str:
    return f"{'' if value is None else value:>{width}}"


def surroundings() -> dict[str, Any]:
    """Properties of the machine on which the times depend."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
    }
