"""Write the list of organisations as an .xlsx or CSV file, with the columns that import reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from booking.accounts.models import Organisation
from booking.i18n import is_chinese
from booking.organisations.lists.engine.neutral import neutral
from booking.organisations.lists.engine.organisation_rows import HEADERS, UnitColumn

Cell = str | int | None
BOM = "\ufeff"
"""Makes spreadsheet programs read a CSV file as UTF-8."""


def header() -> list[str]:
    """The header in the reader's language."""
    return [_header(column) for column in UnitColumn]


def _header(column: UnitColumn) -> str:
    words = HEADERS[column]
    return words[0] if is_chinese() else next(word for word in words if word.isascii())


def rows(organisations: Iterable[Organisation]) -> list[list[Cell]]:
    """The cells of each organisation, in the order of `UnitColumn`; no text can be a formula."""
    yes, no = ("是", "否") if is_chinese() else ("yes", "no")
    return [
        [
            neutral(one.name),
            one.region_code,
            neutral(one.region.name),
            one.open_limit,
            one.daily_limit,
            one.quarter_limit,
            yes if one.reviews else no,
            neutral(one.closed_reason),
        ]
        for one in organisations
    ]


def as_csv(lines: Sequence[Sequence[Cell]]) -> bytes:
    """The lines as CSV (RFC 4180), in UTF-8 with a byte order mark."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return (BOM + text.getvalue()).encode()


def as_xlsx(lines: Sequence[Sequence[Cell]], *, title: str) -> bytes:
    """The lines as a workbook of one sheet, whose header stays in view."""
    # Imported here, as it loads numpy.
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title[:31]
    for line in lines:
        sheet.append(list(line))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, width in enumerate((40, 12, 16, 12, 12, 16, 10, 30), 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
