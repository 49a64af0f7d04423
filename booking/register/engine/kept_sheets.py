"""The cells of a sheet as plain values: kept between preview and import, without private numbers.

A preview whose columns are chosen anew is parsed from these cells; the file itself is not kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from booking.register.engine.cells import text_of
from booking.register.engine.columns import read_columns, take_header
from booking.register.engine.private_numbers import REMOVED, redacted
from booking.register.engine.roster import ColumnRole
from booking.text import visible
from booking.workbooks.engine.letters import index_of
from booking.workbooks.engine.sheets import Cell, Row, Sheet

_LARGEST_INTEGER = 2**53
"""Beyond it, programs that read JSON numbers differ."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose for a sheet: the header's row, and roles by the letters of columns."""

    header_row: int | None = None
    roles: Mapping[str, ColumnRole] = field(default_factory=dict)
    remembered: Mapping[str, ColumnRole] = field(default_factory=dict)
    """Roles of earlier imports by `columns.header_key`."""


AS_READ = Choice()


def kept(title: str, header_row: int, rows: Sequence[Row]) -> Sheet:
    """The sheet with plain cells, and `REMOVED` in the place of identity and bank numbers.

    Of a column that holds such numbers each cell with a digit is removed whole, so that no
    mistyped number stays, whatever is chosen as the header later.
    """
    headers, below = take_header(rows, header_row)
    forbidden = {
        index_of(column.letter)
        for column in read_columns(headers, below, {})
        if column.role is ColumnRole.FORBIDDEN
    }
    plain_rows = (
        (number, tuple(_plain(value, at in forbidden) for at, value in enumerate(cells)))
        for number, cells in rows
    )
    return Sheet(title, header_row, tuple(plain_rows))


def _plain(value: object, is_forbidden: bool) -> Cell:
    """A cell as a value that JSON has."""
    if value is None or isinstance(value, bool):
        return value
    text = visible(text_of(value))
    if is_forbidden:
        return REMOVED if any(map(str.isdigit, text)) else text
    hidden = redacted(text)
    if hidden != text or isinstance(value, str):
        return hidden
    if isinstance(value, int) and abs(value) < _LARGEST_INTEGER:
        return value
    return value if isinstance(value, float) and math.isfinite(value) else text
