"""The organisations of a table, and what is wrong in its cells. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from booking.accounts.engine.csv_lists import EMPTY, LONGEST_ORGANISATION, no_region, too_long
from booking.lectures.engine.policy import MOST_REQUESTS, WRONG_REQUEST_LIMIT
from booking.organisations.lists.engine.columns import cell_of, find_columns
from booking.organisations.lists.engine.tables import Table, TableRow
from booking.sentences import N_, Sentence
from booking.text import plain
from booking.workbooks.engine.letters import letter

LONGEST_REASON = 200


class UnitColumn(enum.StrEnum):
    """A column of the list of organisations."""

    NAME = "name"
    REGION = "region"
    REGION_NAME = "region_name"
    OPEN_LIMIT = "open_limit"
    DAILY_LIMIT = "daily_limit"
    QUARTER_LIMIT = "quarter_limit"
    REVIEWS = "reviews"
    CLOSED = "closed"


HEADERS: dict[UnitColumn, tuple[str, ...]] = {
    UnitColumn.NAME: ("单位", "单位名称", "名称", "支部", "组织名称", "Branch", "Name"),
    UnitColumn.REGION: (
        "地区代码",
        "区划代码",
        "行政区划代码",
        "Region code",
        "Region",
        "Code",
    ),
    UnitColumn.REGION_NAME: ("地区", "行政区划", "区划", "Region name", "District"),
    UnitColumn.OPEN_LIMIT: ("未答复上限", "Requests that wait"),
    UnitColumn.DAILY_LIMIT: ("每日上限", "Requests a day"),
    UnitColumn.QUARTER_LIMIT: ("每季度点单上限", "Orders a quarter"),
    UnitColumn.REVIEWS: ("需审核", "Review"),
    UnitColumn.CLOSED: ("停用原因", "Closed because"),
}
"""The words by which a column is known; export writes the first Chinese or first English one."""

YES, NO = frozenset({"是", "yes", "y", "1", "true"}), frozenset({"否", "no", "n", "0", "false", ""})
LIMITS = (
    UnitColumn.OPEN_LIMIT,
    UnitColumn.DAILY_LIMIT,
    UnitColumn.QUARTER_LIMIT,
)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong in one cell: row, letter and header of the column, what stands there, why."""

    row: int
    letter: str
    header: str
    value: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One row; `values` has the columns beside name and region that the list has."""

    row: int
    name: str
    region: str
    values: tuple[tuple[UnitColumn, object], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows without problems, and the problems."""

    rows: tuple[OrganisationRow, ...]
    problems: tuple[CellProblem, ...]
    columns: tuple[UnitColumn, ...]


NO_COLUMNS = N_(
    "The first rows name no columns. The list needs a column 单位 (Branch) and one 地区代码 "
    "(Region code) or 地区 (Region name)."
)


def read_rows(table: Table, codes: Mapping[str, str], names: Mapping[str, str]) -> Reading:
    """Read a table; `codes` leads from codes to present codes, `names` from names of regions."""
    for needed in (
        (UnitColumn.NAME, UnitColumn.REGION),
        (UnitColumn.NAME, UnitColumn.REGION_NAME),
    ):
        found = find_columns(table, HEADERS, needed)
        if found is not None:
            break
    else:
        return Reading((), (CellProblem(table.rows[0].row, "", "", "", NO_COLUMNS),), ())
    header, columns = found
    reader = _Reader(header, columns, codes, names)
    read = [reader.read(row) for row in table.rows if row.row > header.row]
    rows = _once([row for row in read if row is not None], reader)
    return Reading(tuple(rows), tuple(reader.problems), tuple(columns))


class _Reader:
    def __init__(
        self,
        header: TableRow,
        columns: dict[UnitColumn, int],
        codes: Mapping[str, str],
        names: Mapping[str, str],
    ) -> None:
        self._header, self._columns = header, columns
        self._codes, self._names = codes, names
        self.problems: list[CellProblem] = []

    def read(self, row: TableRow) -> OrganisationRow | None:
        """The organisation of a row, or None with problems."""
        before = len(self.problems)
        name = plain(cell_of(row, self._columns[UnitColumn.NAME])).strip()
        if not name:
            self.wrong(row.row, UnitColumn.NAME, "", EMPTY)
        elif len(name) > LONGEST_ORGANISATION:
            self.wrong(row.row, UnitColumn.NAME, name, too_long(LONGEST_ORGANISATION))
        region = self._region(row)
        values = tuple(
            (column, self._value(row, column))
            for column in (*LIMITS, UnitColumn.REVIEWS, UnitColumn.CLOSED)
            if column in self._columns
        )
        if len(self.problems) > before:
            return None
        return OrganisationRow(row.row, name, region, values)

    def _region(self, row: TableRow) -> str:
        code = cell_of(row, self._columns.get(UnitColumn.REGION))
        name = cell_of(row, self._columns.get(UnitColumn.REGION_NAME))
        if code:
            if code in self._codes:
                return self._codes[code]
            self.wrong(row.row, UnitColumn.REGION, code, no_region(code))
        elif name:
            if name in self._names:
                return self._names[name]
            self.wrong(row.row, UnitColumn.REGION_NAME, name, no_region(name))
        else:
            column = (
                UnitColumn.REGION if UnitColumn.REGION in self._columns else UnitColumn.REGION_NAME
            )
            self.wrong(row.row, column, "", EMPTY)
        return ""

    def _value(self, row: TableRow, column: UnitColumn) -> object:
        text = cell_of(row, self._columns[column])
        if column in LIMITS:
            return self._limit(row, column, text)
        if column is UnitColumn.REVIEWS:
            if text.casefold() not in YES | NO:
                self.wrong(row.row, column, text, N_("Write 是 or 否 (yes or no)."))
            return text.casefold() in YES
        if len(text) > LONGEST_REASON:
            self.wrong(row.row, column, text, too_long(LONGEST_REASON))
        return plain(text).strip()

    def _limit(self, row: TableRow, column: UnitColumn, text: str) -> int | None:
        if not text:
            return None
        is_number = text.isascii() and text.isdecimal() and len(text) <= 4
        if is_number and 1 <= int(text) <= MOST_REQUESTS:
            return int(text)
        self.wrong(row.row, column, text, WRONG_REQUEST_LIMIT)
        return None

    def wrong(self, row: int, column: UnitColumn, value: str, sentence: Sentence) -> None:
        """Note a problem of a cell."""
        index = self._columns[column]
        header = cell_of(self._header, index)
        self.problems.append(CellProblem(row, letter(index), header, value[:80], sentence))


def _once(rows: list[OrganisationRow], reader: _Reader) -> list[OrganisationRow]:
    """The rows, each organisation once."""
    first: dict[tuple[str, str], int] = {}
    kept = []
    for row in rows:
        earlier = first.setdefault((row.region, row.name), row.row)
        if earlier == row.row:
            kept.append(row)
        else:
            again = N_("%(value)s stands in row %(row)s already.", value=row.name, row=earlier)
            reader.wrong(row.row, UnitColumn.NAME, row.name, again)
    return kept
