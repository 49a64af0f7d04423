"""Figures of delivered lectures, and which numbers everybody may see. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

FEWEST_SHOWN = 5
"""Smaller numbers are not shown to everybody: a reader could tell whom they concern."""


class BothNames(NamedTuple):
    """What a field or region is called, and in English if that is known."""

    name: str
    name_en: str | None


@dataclass(frozen=True, slots=True)
class DeliveredLecture:
    """What one delivered lecture adds; None: its record does not say."""

    field: BothNames | None
    region: BothNames
    listeners: int | None
    credit_hours: Decimal | None


@dataclass(frozen=True, slots=True)
class YearFigures:
    """Sums over the lectures of a year; `fields` and `regions` in the order of names."""

    lectures: int
    listeners: int
    credit_hours: Decimal
    recorded: int
    """Lectures whose record says how many listened."""
    fields: tuple[tuple[BothNames, int], ...]
    regions: tuple[tuple[BothNames, int], ...]


def summed(lectures: Iterable[DeliveredLecture]) -> YearFigures:
    """The figures of these lectures."""
    rows = list(lectures)
    listened = [row.listeners for row in rows if row.listeners is not None]
    hours = [row.credit_hours for row in rows if row.credit_hours is not None]
    fields = Counter(row.field for row in rows if row.field is not None)
    regions = Counter(row.region for row in rows)
    return YearFigures(
        lectures=len(rows),
        listeners=sum(listened),
        credit_hours=sum(hours, Decimal(0)),
        recorded=len(listened),
        fields=_by_name(fields),
        regions=_by_name(regions),
    )


def _by_name(counts: Counter[BothNames]) -> tuple[tuple[BothNames, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: item[0].name))


def told_before(today: date, settled: timedelta) -> date:
    """The first day that totals for everybody do not tell: it is the first of a month.

    A month is told when the records of its last day can no longer be corrected, `settled` after it.
    So two looks differ by whole months, never by single lectures.
    """
    return (today - settled).replace(day=1)


def shown(number: int) -> int | None:
    """The number, or None if it is too small to be shown to everybody. Zero is shown."""
    return None if 0 < number < FEWEST_SHOWN else number
