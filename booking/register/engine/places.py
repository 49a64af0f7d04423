"""Maps region names of a spreadsheet to region codes. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from booking.accounts.engine.roles import lineage
from booking.instructors.engine.names import normalise
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
from booking.workbooks.engine.letters import index_of

EVERYWHERE = frozenset({"全省", "全省范围", "省内", "全域", "不限"})
WHOLE_CITY = frozenset({"全市", "市内"})

_CODE = re.compile(r"[(（]?(\d{6,12})[)）]?\s*$")

LONGEST_SHOWN = 30
"""Maximum characters of a cell that a problem quotes."""


class Places:
    """Looks up region codes by name: `codes` by normalised name, `default` the fallback code.

    `known` are all codes; where a name repeats, `codes` has one of them.
    """

    def __init__(
        self, codes: Mapping[str, str], default: str, known: Collection[str] = frozenset()
    ) -> None:
        self._codes = codes
        self._known = frozenset(known) | frozenset(codes.values())
        self._default = default

    def home(self, workplace: str, region: str = "") -> str:
        """The code of the home region: the one that is written, else by the workplace.

        That is the region whose name is the longest prefix of a workplace, else `default`.
        """
        written = self.named(region) if region else None
        if written is not None:
            return written
        name = normalise(workplace)
        prefixes = (name[:length] for length in range(len(name), 1, -1))
        return next(
            (self._codes[prefix] for prefix in prefixes if prefix in self._codes), self._default
        )

    def home_of(self, person: Person) -> str:
        """The code of a person's home region."""
        return self.home(person.workplace, person.region)

    def named(self, written: str) -> str | None:
        """The region of a name, or of a name with its code in brackets: 鼓楼区（990102）."""
        code = _CODE.search(written)
        if code is not None and code[1] in self._known:
            return code[1]
        return self._codes.get(normalise(written))

    def served(self, written: Sequence[str], home: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(codes of the regions in `written`, names that match no region).

        An empty list means the city of `home`; 全省 means the province.
        """
        codes: list[str] = []
        missing: list[str] = []
        province, city = lineage(home)[-1], home[:4].ljust(len(home), "0")
        for name in written:
            code = self._code(name, province, city)
            if code is None:
                missing.append(name)
            else:
                codes.append(code)
        return tuple(dict.fromkeys(codes or [city])), tuple(missing)

    def _code(self, written: str, province: str, city: str) -> str | None:
        name = normalise(written)
        if name in EVERYWHERE:
            return province
        if name in WHOLE_CITY:
            return city
        return self.named(written)


def keep_within(roster: Roster, places: Places, may_keep: Callable[[str], bool]) -> Roster:
    """The roster without the people whose region `may_keep` does not allow.

    Each becomes an ERROR at the cell that names the region; a written region that is unknown is a
    WARNING. Idempotent.
    """
    if not roster.people:
        return roster
    roster = _unknown_regions(roster, places)
    refused = [person for person in roster.people if not may_keep(places.home_of(person))]
    column = _column(roster.columns, ColumnRole.WORKPLACE)
    return _without(roster, refused, column, ProblemCode.OTHER_REGION)


def _unknown_regions(roster: Roster, places: Places) -> Roster:
    column = _column(roster.columns, ColumnRole.REGION)
    problems = [
        Problem(
            person.row,
            column.letter,
            column.header,
            ProblemCode.UNKNOWN_REGION,
            person.region[:LONGEST_SHOWN],
            Severity.WARNING,
        )
        for person in roster.people
        if person.region and places.named(person.region) is None
    ]
    new = [problem for problem in problems if problem not in roster.problems]
    return replace(roster, problems=_in_order([*roster.problems, *new])) if new else roster


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.row, index_of(problem.column))))


def without_known(roster: Roster, others: Collection[PersonKey]) -> Roster:
    """The roster without the people whose keys are in `others`: entries that others maintain.

    Each becomes an ERROR at the cell of the name. Idempotent.
    """
    if not roster.people:
        return roster
    refused = [
        person for person in roster.people if person_key(person.name, person.workplace) in others
    ]
    column = _column(roster.columns, ColumnRole.NAME)
    return _without(roster, refused, column, ProblemCode.KNOWN_ELSEWHERE)


def _without(
    roster: Roster, refused: Sequence[Person], column: Column, code: ProblemCode
) -> Roster:
    if not refused:
        return roster
    problems = _in_order(
        [*roster.problems, *(_problem(person, column, code) for person in refused)]
    )
    rows = {person.row for person in refused}
    people = tuple(person for person in roster.people if person.row not in rows)
    return replace(roster, people=people, problems=problems)


def _column(columns: Sequence[Column], role: ColumnRole) -> Column:
    """The first column of a role, or else the NAME column, which every roster has."""
    by_role = {column.role: column for column in reversed(columns)}
    return by_role.get(role) or by_role[ColumnRole.NAME]


def _problem(person: Person, column: Column, code: ProblemCode) -> Problem:
    value = person.workplace if column.role is ColumnRole.WORKPLACE else person.name
    return Problem(
        person.row, column.letter, column.header, code, value[:LONGEST_SHOWN], Severity.ERROR
    )
