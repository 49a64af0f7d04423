"""A table with what leads to the things behind its numbers, and its chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from booking.i18n import is_chinese
from booking.statistics.engine.charts import Bar, Number, bars, shade
from booking.workbooks.engine import sheets

HIDDEN = "<5"
"""Instead of what tells of too few people."""

MOST_UPRIGHT = 9
"""Columns of a table on A4 whose heads stand beside each other in full."""

Plain = str | int | Decimal


@dataclass(frozen=True, slots=True)
class Cell:
    """A name or a number, the address of what is behind it, and its shade on a map (0: none)."""

    value: Plain
    url: str = ""
    shade: int = 0

    @property
    def is_name(self) -> bool:
        """Whether it is a text, which may be Chinese on an English page."""
        return isinstance(self.value, str)


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars beside each other (`upright`) or below each other, and what they tell in a sentence."""

    bars: tuple[Bar, ...]
    about: str
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One table with its heading; `total` is its last line."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    chart: Chart | None = None
    note: str = ""
    is_map: bool = False
    """Regions by fields: shaded, and wide."""

    @property
    def is_wide(self) -> bool:
        """Whether its columns are too many for the words of their heads on paper."""
        return len(self.head) > MOST_UPRIGHT

    def sheet(self) -> sheets.Sheet:
        """This table for a spreadsheet."""
        lines = [[_plain(cell.value) for cell in row] for row in (*self.rows, self.total) if row]
        return sheets.table(self.title, self.head, lines)


@dataclass(slots=True)
class Page:
    """What one page shows, in order."""

    name: str
    title: str
    about: str
    figures: list[Figure] = field(default_factory=list)
    further: list[tuple[str, str]] = field(default_factory=list)
    """Addresses of pages that tell more, with their words."""


def scale(values: Sequence[tuple[str, Number]], about: str, most: int) -> Chart:
    """A chart whose bars would be full at `most`; its sentence names all values."""
    colon, comma = ("：", "，") if is_chinese() else (": ", ", ")
    told = comma.join(f"{label}{colon}{value}" for label, value in values)
    return Chart(tuple(bars(values, most)), f"{about} {told}".strip())


def _plain(value: Plain) -> sheets.Cell:
    return float(value) if isinstance(value, Decimal) else value


def number(value: Plain, url: str = "") -> Cell:
    """A number that leads to what is behind it, where there is something."""
    return Cell(value, url if value else "")


def share(part: int, whole: int) -> str:
    """A part in whole percent; without a whole there is none."""
    return f"{round(100 * part / whole)}%" if whole else "–"


def shaded(rows: Sequence[Sequence[tuple[int, str]]]) -> list[list[Cell]]:
    """Numbers with their addresses, shaded by the largest of all."""
    most = max((value for row in rows for value, _url in row), default=0)
    return [
        [Cell(value, url if value else "", shade(value, most)) for value, url in row]
        for row in rows
    ]


def chart(values: Sequence[tuple[str, int]], about: str, *, upright: bool = False) -> Chart:
    """A chart; its sentence also names the largest number."""
    most = max(values, key=lambda one: one[1], default=("", 0))
    tail = f"{most[0]}{'：' if is_chinese() else ': '}{most[1]}" if most[1] else ""
    return Chart(tuple(bars(values)), f"{about} {tail}".strip(), upright)
