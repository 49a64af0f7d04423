"""Region names in a spreadsheet become codes of the tree. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from booking.accounts.roles import lineage
from booking.instructors.names import normalise
from booking.register.columns import index_of
from booking.register.roster import (
    Column,
    ColumnRole,
    Person,
    Problem,
    ProblemCode,
    Roster,
    Severity,
)

EVERYWHERE = frozenset({"全省", "全省范围", "省内", "全域", "不限"})
WHOLE_CITY = frozenset({"全市", "市内"})

LONGEST_SHOWN = 30
"""Characters of a cell that a problem quotes."""


class Places:
    """Finds regions by name: `codes` maps normalised names, `default` is a code."""

    def __init__(self, codes: Mapping[str, str], default: str) -> None:
        self._codes = codes
        self._default = default

    def home(self, workplace: str) -> str:
        """The region that a workplace's name begins with, the longest first."""
        name = normalise(workplace)
        beginnings = (name[:length] for length in range(len(name), 1, -1))
        return next((self._codes[one] for one in beginnings if one in self._codes), self._default)

    def served(self, written: Sequence[str], home: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The codes of the regions as written, and the names that are in no tree.

        Nothing written means the city of `home`; 全省 means the province.
        """
        found: list[str] = []
        missing: list[str] = []
        province, city = lineage(home)[-1], home[:4].ljust(len(home), "0")
        for name in written:
            code = self._code(normalise(name), province, city)
            if code is None:
                missing.append(name)
            else:
                found.append(code)
        return tuple(dict.fromkeys(found or [city])), tuple(missing)

    def _code(self, name: str, province: str, city: str) -> str | None:
        if name in EVERYWHERE:
            return province
        if name in WHOLE_CITY:
            return city
        return self._codes.get(name)


def keep_within(roster: Roster, places: Places, may_keep: Callable[[str], bool]) -> Roster:
    """The roster without the people whose region the importer does not keep.

    Each is an error at the cell that names the region; doing it twice changes nothing.
    """
    foreign = [one for one in roster.people if not may_keep(places.home(one.workplace))]
    if not foreign:
        return roster
    column = _region_column(roster.columns)
    problems = [*roster.problems, *(_not_kept(one, column) for one in foreign)]
    problems.sort(key=lambda problem: (problem.row, index_of(problem.column)))
    rows = {one.row for one in foreign}
    people = tuple(one for one in roster.people if one.row not in rows)
    return replace(roster, people=people, problems=tuple(problems))


def _region_column(columns: Sequence[Column]) -> Column:
    """Where a row says to which region it belongs; without workplaces its name stands for it."""
    found = {column.role: column for column in reversed(columns)}
    return found.get(ColumnRole.WORKPLACE) or found[ColumnRole.NAME]


def _not_kept(person: Person, column: Column) -> Problem:
    said = person.workplace if column.role is ColumnRole.WORKPLACE else person.name
    code, severity = ProblemCode.OTHER_REGION, Severity.ERROR
    return Problem(person.row, column.letter, column.header, code, said[:LONGEST_SHOWN], severity)
