"""Import a list of regions: what it would do, with each problem by row and column. Reads only."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.csv_lists import Problem, RegionLine, parent_of, region_errors
from booking.accounts.models import Region
from booking.i18n import is_chinese
from booking.organisations.lists.engine.columns import cell_of, find_columns
from booking.organisations.lists.engine.organisation_rows import CellProblem
from booking.organisations.lists.engine.tables import Table, TableRow
from booking.sentences import N_
from booking.text import plain
from booking.workbooks.engine.letters import letter


class RegionColumn(enum.StrEnum):
    """A column of the list of regions."""

    CODE = "code"
    NAME = "name"
    NAME_EN = "name_en"


HEADERS: dict[RegionColumn, tuple[str, ...]] = {
    RegionColumn.CODE: ("代码", "区划代码", "行政区划代码", "地区代码", "Code"),
    RegionColumn.NAME: ("名称", "地区", "区划名称", "Name"),
    RegionColumn.NAME_EN: ("英文名称", "英文", "English name", "Name_en"),
}


def headers() -> list[str]:
    """How the columns are called in the reader's language, in their order."""
    return [
        words[0] if is_chinese() else next(word for word in words if word.isascii())
        for words in HEADERS.values()
    ]


NO_COLUMNS = N_(
    "The first rows name no columns. The list needs a column 代码 (Code) and one 名称 (Name); "
    "英文名称 (English name) may be left out."
)


@dataclass(frozen=True, slots=True)
class PlannedRegion:
    """A row, and the names that the region has now; None: it is new."""

    line: RegionLine
    before: tuple[str, str | None] | None

    @property
    def effect(self) -> str:
        """New, changed or unchanged."""
        if self.before is None:
            return "new"
        same = self.before == (self.line.name, self.line.name_en)
        return "unchanged" if same else "changed"


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows, those above first, and the problems that forbid the import."""

    rows: Sequence[PlannedRegion]
    problems: Sequence[CellProblem]

    def count(self, effect: str) -> int:
        """The number of rows with this effect."""
        return sum(one.effect == effect for one in self.rows)


def plan(session: Session, table: Table) -> Plan:
    """What the import of a table would do. One query."""
    found = find_columns(table, HEADERS, (RegionColumn.CODE, RegionColumn.NAME))
    if found is None:
        return Plan((), (CellProblem(table.rows[0].row, "", "", "", NO_COLUMNS),))
    header, columns = found
    regions = {region.code: region for region in session.scalars(select(Region))}
    rows = [(row, _values(row, columns)) for row in table.rows if row.row > header.row]
    codes = {*regions, *(values["code"] for _row, values in rows)}
    problems: list[CellProblem] = []
    first: dict[str, int] = {}
    for row, values in rows:
        wrong = list(region_errors(row.row, values, codes))
        wrong += _aliased(row.row, values["code"], regions)
        earlier = first.setdefault(values["code"], row.row)
        if earlier != row.row:
            again = N_(
                "%(value)s stands in row %(row)s already.", value=values["code"], row=earlier
            )
            wrong.append(Problem(row.row, RegionColumn.CODE, again))
        problems += [_located(one, values, header, columns) for one in wrong]
    lines = [] if problems else [_line(row.row, values, codes) for row, values in rows]
    lines.sort(key=lambda line: (len(line.code.rstrip("0")), line.code))
    return Plan([PlannedRegion(line, _before(regions.get(line.code))) for line in lines], problems)


def _values(row: TableRow, columns: Mapping[RegionColumn, int]) -> dict[str, str]:
    return {
        column.value: plain(cell_of(row, columns.get(column))).strip() for column in RegionColumn
    }


def _aliased(row: int, code: str, regions: Mapping[str, Region]) -> list[Problem]:
    region = regions.get(code)
    if region is None or region.merged_into_code is None:
        return []
    sentence = N_("the region was merged into %(into)s.", into=region.merged_into_code)
    return [Problem(row, RegionColumn.CODE, sentence)]


def _located(
    problem: Problem,
    values: Mapping[str, str],
    header: TableRow,
    columns: Mapping[RegionColumn, int],
) -> CellProblem:
    index = columns.get(RegionColumn(problem.column))
    value = values[problem.column][:80]
    where = letter(index) if index is not None else ""
    return CellProblem(problem.row, where, cell_of(header, index), value, problem.sentence)


def _line(row: int, values: Mapping[str, str], codes: set[str]) -> RegionLine:
    code = values["code"]
    return RegionLine(row, code, values["name"], values["name_en"] or None, parent_of(code, codes))


def _before(region: Region | None) -> tuple[str, str | None] | None:
    return (region.name, region.name_en) if region is not None else None
