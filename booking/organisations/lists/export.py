"""The list of organisations as lines, with the columns that import reads."""

from __future__ import annotations

from collections.abc import Iterable

from booking.accounts.models import Organisation
from booking.i18n import is_chinese
from booking.organisations.lists.engine.organisation_rows import HEADERS, UnitColumn
from booking.workbooks.engine.sheets import Cell


def header() -> list[str]:
    """The header in the reader's language."""
    return [_header(column) for column in UnitColumn]


def _header(column: UnitColumn) -> str:
    words = HEADERS[column]
    return words[0] if is_chinese() else next(word for word in words if word.isascii())


def rows(organisations: Iterable[Organisation]) -> list[list[Cell]]:
    """The cells of each organisation, in the order of `UnitColumn`."""
    yes, no = ("是", "否") if is_chinese() else ("yes", "no")
    return [
        [
            one.name,
            one.region_code,
            one.region.name,
            one.open_limit,
            one.daily_limit,
            one.quarter_limit,
            yes if one.reviews else no,
            one.closed_reason,
        ]
        for one in organisations
    ]
