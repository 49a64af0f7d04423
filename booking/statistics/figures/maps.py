"""A table of regions by fields, shaded like a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from booking.statistics.asked import Asked
from booking.statistics.engine.areas import row_of
from booking.statistics.engine.filters import Behind
from booking.statistics.figures.shapes import Cell, Figure, shaded

Numbers = Mapping[tuple[str, int], int]
"""By region code and field id."""


def placed(asked: Asked, numbers: Numbers) -> Counter[tuple[str, int]]:
    """The numbers by row and column; those of neither are left out."""
    found: Counter[tuple[str, int]] = Counter()
    for (region, field), value in numbers.items():
        row, column = row_of(region, asked.rows), asked.columns.find(field)
        if row is not None and column is not None:
            found[row, column] += value
    return found


def area_map(
    asked: Asked, name: str, title: str, numbers: Numbers, behind: Behind, note: str = ""
) -> Figure:
    """The map of numbers of lectures, each of which leads to these."""
    found = placed(asked, numbers)

    def address(row: str, column: int | None) -> str:
        return asked.lectures(behind, region=row, field=column)

    return map_of(asked, name, title, found, address, note)


def map_of(
    asked: Asked,
    name: str,
    title: str,
    found: Mapping[tuple[str, int], int],
    address: Callable[[str, int | None], str] | None = None,
    note: str = "",
    *,
    sums: bool = True,
) -> Figure:
    """The map of numbers by row and column; with sums, unless one person counts in several."""

    def leads(row: str, column: int | None) -> str:
        return address(row, column) if address is not None else ""

    rows, columns = asked.rows, asked.columns.ids
    cells = shaded(
        [[(found.get((row, one), 0), leads(row, one)) for one in columns] for row in rows]
    )
    lines = []
    for row, line in zip(rows, cells, strict=True):
        total = sum(found.get((row, one), 0) for one in columns)
        ends = [Cell(total, leads(row, None) if total else "")] if sums else []
        lines.append((Cell(asked.region_name(row)), *line, *ends))
    of_columns = [sum(found.get((row, one), 0) for row in rows) for one in columns]
    last = [
        Cell(value, leads("", one) if value else "")
        for value, one in zip(of_columns, columns, strict=True)
    ]
    everything = sum(of_columns)
    grand = Cell(everything, leads("", None) if everything else "")
    head = (_("Region"), *(asked.field_name(one) for one in columns))
    return Figure(
        name,
        title,
        (*head, _("Total")) if sums else head,
        tuple(lines),
        (Cell(_("Total")), *last, grand) if sums else (),
        note=note,
        is_map=True,
    )
