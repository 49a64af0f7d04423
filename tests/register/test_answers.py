"""What the child that read a file answers is not our own: any other shape is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from booking.register import child_program
from booking.register.child_program import Parsed
from booking.register.engine.roster import (
    Column,
    ColumnRole,
    Roster,
    UnreadableReason,
    UnreadableRoster,
)
from booking.workbooks.engine import sheets
from booking.workbooks.engine.sheets import Sheet
from tests.register.uploads import rows, sheet

ROSTER = {
    "sheet": "师资",
    "header_row": 1,
    "columns": [],
    "people": [],
    "duplicates": [[3, 2]],
    "problems": [],
}
REFUSED = {
    "refused": "no_name_column",
    "columns": [{"letter": "A", "header": "姓名", "role": "title"}],
}


CELLS = {"title": "师资", "header_row": 1, "rows": [[1, ["姓名", None, 1, 1.5, True]]]}
SHEET = Sheet("师资", 1, ((1, ("姓名", None, 1, 1.5, True)),))
WITHOUT_NAMES = {"sheet": CELLS, "header_row": 2, **REFUSED}


def read(values: Any) -> Parsed:
    return child_program.read_answer(json.dumps(values).encode())


def test_a_roster_is_read_with_its_cells() -> None:
    expected = Roster("师资", 1, (), (), ((3, 2),), ())
    assert read({"sheet": CELLS, "roster": ROSTER}) == Parsed(SHEET, expected)
    answer = child_program.main(child_program.question(sheet(rows(2)), "师资.xlsx"))
    parsed = child_program.read_answer(answer)
    assert [one.row for one in parsed.whole().people] == [3, 4]
    again = child_program.question(json.dumps(sheets.write(parsed.sheet)).encode(), None)
    assert child_program.read_answer(child_program.main(again)) == parsed


def test_a_sheet_without_names_is_read_so_that_columns_can_be_chosen() -> None:
    parsed = read(WITHOUT_NAMES)
    columns = (Column("A", "姓名", ColumnRole.TITLE),)
    assert parsed == Parsed(
        SHEET, Roster("师资", 2, columns, (), (), ()), UnreadableReason.NO_NAME_COLUMN
    )
    with pytest.raises(UnreadableRoster):
        parsed.whole()


def test_a_refusal_is_raised_with_its_columns() -> None:
    with pytest.raises(UnreadableRoster) as refused:
        read(REFUSED)
    [column] = refused.value.columns
    assert (refused.value.reason, column) == (
        UnreadableReason.NO_NAME_COLUMN,
        Column("A", "姓名", ColumnRole.TITLE),
    )
    assert type(column.role) is ColumnRole


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {},
        {"roster": ROSTER},
        {"sheet": CELLS, "roster": None},
        {"sheet": CELLS, "roster": ROSTER, "more": 1},
        {"sheet": CELLS, "roster": ROSTER | {"more": 1}},
        {"sheet": CELLS, "roster": ROSTER | {"header_row": "1"}},
        {"sheet": CELLS, "roster": ROSTER | {"duplicates": [[3, 2, 1]]}},
        {"sheet": CELLS, "roster": ROSTER | {"people": [{"row": 1, "name": "陈明"}]}},
        {"sheet": CELLS | {"rows": [[1, [["姓名"]]]]}, "roster": ROSTER},
        {"sheet": CELLS | {"rows": [["1", ["姓名"]]]}, "roster": ROSTER},
        {"sheet": CELLS | {"rows": [[1, [""] * 101]]}, "roster": ROSTER},
        {"sheet": CELLS | {"more": 1}, "roster": ROSTER},
        WITHOUT_NAMES | {"header_row": "1"},
        WITHOUT_NAMES | {"more": 1},
        REFUSED | {"roster": ROSTER},
        REFUSED | {"refused": "bored"},
        {"refused": "busy", "columns": [{"letter": "A"}]},
    ],
    ids=str,
)
def test_any_other_answer_is_refused(values: object) -> None:
    with pytest.raises(ValueError, match=r"@ \$|neither a roster nor a refusal|not a (sheet|row)"):
        read(values)
