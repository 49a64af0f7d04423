"""The data of one person as JSON and as a spreadsheet."""

from __future__ import annotations

import enum
import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from booking.oversight.engine.cells import safe_cell
from booking.privacy.export.queries import Rows
from booking.privacy.export.words import COLUMNS, shown

FORMAT, VERSION = "yueke-personal-data", 1
"""The schema is in docs/personal-data.md; a change that programs notice has another version."""

JSON_TYPE = "application/json"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

LONGEST_TITLE = 31
"""Characters of the name of a sheet, by Excel."""


def as_json(parts: Sequence[Rows], *, site: str, now: datetime) -> bytes:
    """One object; `data` has an array of objects for each part."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "site": site,
        "exported_at": now.isoformat(),
        "truncated": [one.part.name for one in parts if one.total > len(one.rows)],
        "data": {
            one.part.name: [
                {name: _value(value) for name, value in zip(one.names, row, strict=True)}
                for row in one.rows
            ]
            for one in parts
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _value(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def as_xlsx(parts: Sequence[Rows]) -> bytes:
    """A sheet for each part that has rows. No cell is a formula."""
    # Imported here: the library loads numpy, which web processes need for nothing else.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    titles = set[str]()
    for one in parts:
        if one.rows:
            sheet = book.create_sheet(_title(str(one.part.title), titles))
            sheet.freeze_panes = "A2"
            for number in range(len(one.names)):
                sheet.column_dimensions["ABCDEFGHIJKLMNOP"[number]].width = 22
            sheet.append([str(COLUMNS[name]) for name in one.names])
            for row in one.rows:
                sheet.append(
                    [
                        safe_cell(shown(name, value))
                        for name, value in zip(one.names, row, strict=True)
                    ]
                )
    if not titles:
        book.create_sheet(_("Nothing"))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _title(title: str, taken: set[str]) -> str:
    """A name that no other sheet has."""
    short = title[:LONGEST_TITLE]
    number = 2
    while short in taken:
        short = f"{title[: LONGEST_TITLE - 3]} {number}"
        number += 1
    taken.add(short)
    return short
