"""One line of a preview for each row: what would happen to it, and what is to be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from booking.register.comparison.engine.plans import Plan, PlannedRow
from booking.register.engine.reports import Outcome
from booking.register.engine.roster import Person, Problem, Roster, Severity

PAGE_LENGTH = 50


class RowFilter(StrEnum):
    """Which lines of a preview are shown."""

    ALL = "all"
    ERRORS = "errors"
    WARNINGS = "warnings"
    DOUBLES = "doubles"
    ADDED = "added"
    COMPLETED = "completed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `planned` is None for a row that cannot be imported or is only warned about."""

    row: int
    problems: tuple[Problem, ...]
    planned: PlannedRow | None
    person: Person | None = None
    """Who it is, where the row could be read."""
    joined_with: int | None = None

    @property
    def is_error(self) -> bool:
        """Whether the row cannot be imported."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def has_warning(self) -> bool:
        """Whether something of the row is left out, or stays as it is in the register."""
        if self.is_error:
            return False
        planned = self.planned
        return bool(self.problems or (planned and (planned.missing or planned.kept)))

    def is_shown(self, show: RowFilter) -> bool:
        """Whether the line belongs to what is shown."""
        planned = self.planned
        match show:
            case RowFilter.ALL:
                return True
            case RowFilter.ERRORS:
                return self.is_error
            case RowFilter.WARNINGS:
                return self.has_warning
            case RowFilter.DOUBLES:
                return self.joined_with is not None or bool(planned and planned.near)
            case _:
                return planned is not None and planned.outcome is Outcome(show.value)


def lines_of(roster: Roster, plan: Plan, people: Iterable[Person]) -> list[Line]:
    """The lines of a preview in the order of rows; `people` are those who could be read."""
    read = {person.row: person for person in people}
    problems: dict[int, list[Problem]] = defaultdict(list)
    for problem in roster.problems:
        problems[problem.row].append(problem)
    planned = {row.person.row: row for row in plan.rows}
    joined = dict([*roster.duplicates, *plan.joined_rows])
    return [
        Line(
            row,
            tuple(problems[row]),
            planned.get(row),
            read.get(row) or read.get(joined.get(row, row)),
            joined.get(row),
        )
        for row in sorted({*problems, *planned, *joined})
    ]


def counts_of(lines: Sequence[Line]) -> dict[RowFilter, int]:
    """How many lines each filter shows."""
    return {show: sum(line.is_shown(show) for line in lines) for show in RowFilter}


def page_of(lines: Sequence[Line], show: RowFilter, page: int) -> tuple[list[Line], int, int]:
    """(lines, number of the page from 1, number of pages) of what is shown."""
    shown = [line for line in lines if line.is_shown(show)]
    pages = max(1, -(-len(shown) // PAGE_LENGTH))
    page = min(max(1, page), pages)
    start = (page - 1) * PAGE_LENGTH
    return shown[start : start + PAGE_LENGTH], page, pages
