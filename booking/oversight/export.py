"""The audit log as a table in a file: CSV for programs, .xlsx for people. Bounded."""

from __future__ import annotations

import csv
import enum
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask_babel import gettext as _

from booking import i18n
from booking.audit import AuditEntry
from booking.oversight import words
from booking.oversight.engine.cells import safe_cell

MOST_ROWS = 20_000
"""The newest entries that one file holds; a filter chooses others."""

WIDTHS = (20, 26, 34, 16, 60, 18, 20)
"""Characters, of the columns in .xlsx."""


class FileKind(enum.StrEnum):
    """The formats."""

    CSV = "csv"
    XLSX = "xlsx"


MIMETYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def head() -> list[str]:
    """The names of the columns."""
    return [
        _("Time"),
        _("Action"),
        _("Subject"),
        _("District"),
        _("Details"),
        _("Who"),
        _("Network"),
    ]


def table(entries: Iterable[AuditEntry], regions: Mapping[str, str]) -> Iterator[list[str]]:
    """The rows, as the page tells them."""
    for one in entries:
        yield [
            f"{i18n.local(one.recorded_at):%Y-%m-%d %H:%M:%S}",
            str(words.ACTIONS[one.action]),
            words.subject(one),
            regions.get(one.region_code or "", one.region_code or ""),
            "; ".join(words.facts(one)),
            words.actor(one),
            one.network or "",
        ]


def as_file(
    kind: FileKind,
    rows: Iterable[list[str]],
    *,
    titles: Sequence[str] = (),
    sheet: str = "",
) -> bytes:
    """The file, by default that of the audit log; another list has seven titles of its own.

    No cell is a formula, whatever names and texts hold.
    """
    safe = ([safe_cell(cell) for cell in row] for row in rows)
    columns = list(titles) or head()
    return _csv(safe, columns) if kind is FileKind.CSV else _xlsx(safe, columns, sheet)


def _csv(rows: Iterable[list[str]], columns: list[str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    # Excel knows UTF-8 by this mark only.
    return text.getvalue().encode("utf-8-sig")


def _xlsx(rows: Iterable[list[str]], columns: list[str], name: str) -> bytes:
    # Imported here: the library loads numpy, which web processes need for nothing else.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name or _("Audit log"))
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEFG", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    titles = []
    for title in columns:
        cell = WriteOnlyCell(sheet, value=title)
        cell.font = Font(bold=True)
        titles.append(cell)
    sheet.append(titles)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
