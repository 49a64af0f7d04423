"""The organisations of a table, and what is wrong in its cells. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from booking.accounts.engine.csv_lists import EMPTY, LONGEST_ORGANISATION, no_region, too_long
from booking.organisations.lists.engine.columns import cell_of, find_columns, letter
from booking.organisations.lists.engine.neutral import restored
from booking.organisations.lists.engine.tables import Table, TableRow
from booking.sentences import N_, Sentence
from booking.text import plain

LARGEST_LIMIT = 1000
"""Most requests or orders that a limit can allow (`policy.MOST_REQUESTS`)."""

LONGEST_REASON = 200


class Column(enum.StrEnum):
    """A column of the list of organisations."""

    NAME = "name"
    REGION = "region"
    REGION_NAME = "region_name"
    OPEN_LIMIT = "open_limit"
    DAILY_LIMIT = "daily_limit"
    QUARTER_LIMIT = "quarter_limit"
    REVIEWS = "reviews"
    CLOSED = "closed"


HEADERS: dict[Column, tuple[str, ...]] = {
    Column.NAME: ("单位", "单位名称", "名称", "支部", "组织名称", "Branch", "Name"),
    Column.REGION: ("地区代码", "区划代码", "行政区划代码", "Region code", "Region", "Code"),
    Column.REGION_NAME: ("地区", "行政区划", "区划", "Region name", "District"),
    Column.OPEN_LIMIT: ("未答复上限", "Requests that wait"),
    Column.DAILY_LIMIT: ("每日上限", "Requests a day"),
    Column.QUARTER_LIMIT: ("每季度点单上限", "Orders a quarter"),
    Column.REVIEWS: ("需审核", "Review"),
    Column.CLOSED: ("停用原因", "Closed because"),
}
"""The words by which a column is known; export writes the first Chinese or first English one."""

ENGLISH = {
    Column.NAME: "Branch",
    Column.REGION: "Region code",
    Column.REGION_NAME: "Region name",
}

YES, NO = frozenset({"是", "yes", "y", "1", "true"}), frozenset({"否", "no", "n", "0", "false", ""})
LIMITS = (Column.OPEN_LIMIT, Column.DAILY_LIMIT, Column.QUARTER_LIMIT)


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
    values: tuple[tuple[Column, object], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows without problems, and the problems."""

    rows: tuple[OrganisationRow, ...]
    problems: tuple[CellProblem, ...]
    columns: tuple[Column, ...]


NO_COLUMNS = N_(
    "The first rows name no columns. The list needs a column 单位 (Branch) and one 地区代码 "
    "(Region code) or 地区 (Region name)."
)


def read_rows(table: Table, codes: Mapping[str, str], names: Mapping[str, str]) -> Reading:
    """Read a table; `codes` leads from codes to present codes, `names` from names of regions."""
    for needed in ((Column.NAME, Column.REGION), (Column.NAME, Column.REGION_NAME)):
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
        columns: dict[Column, int],
        codes: Mapping[str, str],
        names: Mapping[str, str],
    ) -> None:
        self._header, self._columns = header, columns
        self._codes, self._names = codes, names
        self.problems: list[CellProblem] = []

    def read(self, row: TableRow) -> OrganisationRow | None:
        """The organisation of a row, or None with problems."""
        before = len(self.problems)
        name = plain(restored(cell_of(row, self._columns[Column.NAME]))).strip()
        if not name:
            self.wrong(row.row, Column.NAME, "", EMPTY)
        elif len(name) > LONGEST_ORGANISATION:
            self.wrong(row.row, Column.NAME, name, too_long(LONGEST_ORGANISATION))
        region = self._region(row)
        values = tuple(
            (column, self._value(row, column))
            for column in (*LIMITS, Column.REVIEWS, Column.CLOSED)
            if column in self._columns
        )
        if len(self.problems) > before:
            return None
        return OrganisationRow(row.row, name, region, values)

    def _region(self, row: TableRow) -> str:
        code = cell_of(row, self._columns.get(Column.REGION))
        name = restored(cell_of(row, self._columns.get(Column.REGION_NAME)))
        if code:
            if code in self._codes:
                return self._codes[code]
            self.wrong(row.row, Column.REGION, code, no_region(code))
        elif name:
            if name in self._names:
                return self._names[name]
            self.wrong(row.row, Column.REGION_NAME, name, no_region(name))
        else:
            column = Column.REGION if Column.REGION in self._columns else Column.REGION_NAME
            self.wrong(row.row, column, "", EMPTY)
        return ""

    def _value(self, row: TableRow, column: Column) -> object:
        text = restored(cell_of(row, self._columns[column]))
        if column in LIMITS:
            return self._limit(row, column, text)
        if column is Column.REVIEWS:
            if text.casefold() not in YES | NO:
                self.wrong(row.row, column, text, N_("Write 是 or 否 (yes or no)."))
            return text.casefold() in YES
        if len(text) > LONGEST_REASON:
            self.wrong(row.row, column, text, too_long(LONGEST_REASON))
        return plain(text).strip()

    def _limit(self, row: TableRow, column: Column, text: str) -> int | None:
        if not text:
            return None
        is_number = text.isascii() and text.isdecimal() and len(text) <= 4
        if is_number and 1 <= int(text) <= LARGEST_LIMIT:
            return int(text)
        sentence = N_("Write a number from 1 to %(max)s, or nothing.", max=LARGEST_LIMIT)
        self.wrong(row.row, column, text, sentence)
        return None

    def wrong(self, row: int, column: Column, value: str, sentence: Sentence) -> None:
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
            reader.wrong(row.row, Column.NAME, row.name, again)
    return kept
