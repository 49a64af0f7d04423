"""The data of one person as JSON and as a spreadsheet."""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from booking.privacy.export.queries import Rows
from booking.privacy.export.words import COLUMNS, shown
from booking.workbooks import files
from booking.workbooks.engine.sheets import table

FORMAT, VERSION = "yueke-personal-data", 1
"""The schema is in docs/personal-data.md; a change that programs notice has another version."""

JSON_TYPE = "application/json"


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
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def as_xlsx(parts: Sequence[Rows]) -> bytes:
    """A sheet for each part that has rows; raises `NotWritten` (503)."""
    sheets = [
        table(
            str(one.part.title),
            [str(COLUMNS[name]) for name in one.names],
            [
                [shown(name, value) for name, value in zip(one.names, row, strict=True)]
                for row in one.rows
            ],
        )
        for one in parts
        if one.rows
    ]
    return files.several(sheets or [table(_("Nothing"), [], [])])
