"""Selects the rows below a header that are people, and finds the footer that ends them."""

import re
from collections.abc import Sequence

from booking.register.engine.cells import clean
from booking.register.engine.columns import role_of
from booking.register.engine.duplicates import merge_duplicates
from booking.register.engine.person_rows import read_person, value_at
from booking.register.engine.roster import (
    Column,
    ColumnRole,
    Person,
    Problem,
    ProblemCode,
    Severity,
)
from booking.workbooks.engine.letters import index_of
from booking.workbooks.engine.sheets import Row

_FOOTER = re.compile(
    r"(?:填表|填报|制表|制单|审核|审批|统计|复核)(?:人|单位|日期|时间|:|$)|(?:备注|说明|注|附注):"
)
_FOOTER_WORD = re.compile(r"填表|填报|制表|审核|说明|备注")
_TOTAL = re.compile(r"(?:合计|总计|共计)(?:\W|\d|人|$)")
_SUBTOTAL = re.compile(r"小计(?:\W|\d|人|$)")
_NOT_READ = (None, ColumnRole.SEQUENCE, ColumnRole.IGNORED, ColumnRole.FORBIDDEN)


def read_people(
    rows: Sequence[Row], columns: Sequence[Column]
) -> tuple[tuple[Person, ...], tuple[tuple[int, int], ...], tuple[Problem, ...]]:
    """(people, duplicates, problems) of the rows below the header, problems in sheet order.

    The footer ends the data; a row below it that looks like a person becomes a warning.
    """
    readable = [column for column in columns if column.role not in _NOT_READ]
    end = next((at for at, row in enumerate(rows) if _is_footer(row, readable)), len(rows))
    people: list[Person] = []
    problems: list[Problem] = []
    for number, values in rows[:end]:
        if not _is_skipped(values, readable):
            person, row_problems = read_person(number, values, readable)
            people += [person] if person else []
            problems += row_problems
    merged, duplicates, differences = merge_duplicates(people, columns)
    problems += [*differences, *_after_footer(rows[end + 1 :], readable)]
    problems.sort(key=lambda problem: (problem.row, index_of(problem.column)))
    return merged, duplicates, tuple(problems)


def _is_footer(row: Row, columns: Sequence[Column]) -> bool:
    """Whether the row's first text is a footer label (填表人, 备注) or a total (合计)."""
    first = _first_text(row[1])
    if _FOOTER.match(first) or _TOTAL.match(first):
        return True
    # A workplace in the first column may begin like a footer (审核中心), but such a row has a name.
    names = "".join("".join(_names(row[1], columns)).split())
    return _FOOTER_WORD.match(first) is not None and names in ("", first)


def _is_skipped(values: Sequence[object], columns: Sequence[Column]) -> bool:
    """Whether the row is empty, a subtotal, or the header repeated for a later page."""
    if not any(clean(value_at(values, column)) for column in columns):
        return True
    repeats = any(role_of(name) is ColumnRole.NAME for name in _names(values, columns))
    return repeats or _SUBTOTAL.match(_first_text(values)) is not None


def _after_footer(rows: Sequence[Row], columns: Sequence[Column]) -> list[Problem]:
    """A warning for the first row below the footer that looks like a person's."""
    name_columns = [column for column in columns if column.role is ColumnRole.NAME]
    for number, values in rows:
        filled = sum(1 for column in columns if clean(value_at(values, column)))
        if _names(values, columns) and filled >= min(3, len(columns)) and filled > 1:
            column, code = name_columns[0], ProblemCode.ROW_AFTER_FOOTER
            return [Problem(number, column.letter, column.header, code, "", Severity.WARNING)]
    return []


def _first_text(values: Sequence[object]) -> str:
    text = next((text for value in values if (text := clean(value))), "")
    return "".join(text.split()).replace("\uff1a", ":")


def _names(values: Sequence[object], columns: Sequence[Column]) -> list[str]:
    named = (column for column in columns if column.role is ColumnRole.NAME)
    return [text for column in named if (text := clean(value_at(values, column)))]
