"""Region names in a spreadsheet become codes of the tree. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from booking.accounts.engine.roles import lineage
from booking.instructors.engine.names import normalise
from booking.register.engine.columns import index_of
from booking.register.engine.duplicates import PersonKey, person_key
from booking.register.engine.roster import (
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
    column = _column(roster.columns, ColumnRole.WORKPLACE)
    return _refused(roster, foreign, column, ProblemCode.OTHER_REGION)


def without_known(roster: Roster, others: Collection[PersonKey]) -> Roster:
    """The roster without the people who have an entry that others keep.

    Each is an error at the cell of the name; doing it twice changes nothing.
    """
    foreign = [one for one in roster.people if person_key(one.name, one.workplace) in others]
    column = _column(roster.columns, ColumnRole.NAME)
    return _refused(roster, foreign, column, ProblemCode.KNOWN_ELSEWHERE)


def _refused(
    roster: Roster, refused: Sequence[Person], column: Column, code: ProblemCode
) -> Roster:
    if not refused:
        return roster
    problems = [*roster.problems, *(_problem(one, column, code) for one in refused)]
    problems.sort(key=lambda problem: (problem.row, index_of(problem.column)))
    rows = {one.row for one in refused}
    people = tuple(one for one in roster.people if one.row not in rows)
    return replace(roster, people=people, problems=tuple(problems))


def _column(columns: Sequence[Column], role: ColumnRole) -> Column:
    """The first column of a role; without one, that of the names, which every roster has."""
    found = {column.role: column for column in reversed(columns)}
    return found.get(role) or found[ColumnRole.NAME]


def _problem(person: Person, column: Column, code: ProblemCode) -> Problem:
    said = person.workplace if column.role is ColumnRole.WORKPLACE else person.name
    return Problem(
        person.row, column.letter, column.header, code, said[:LONGEST_SHOWN], Severity.ERROR
    )
