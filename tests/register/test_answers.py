"""What the child that read a file answers is not our own: any other shape is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from booking.register import child_program
from booking.register.engine.roster import (
    Column,
    ColumnRole,
    Roster,
    UnreadableReason,
    UnreadableRoster,
)
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


def read(values: Any) -> Roster:
    return child_program.read_answer(json.dumps(values).encode())


def test_a_roster_is_read() -> None:
    assert read({"roster": ROSTER}) == Roster("师资", 1, (), (), ((3, 2),), ())
    answer = child_program.main(child_program.question(sheet(rows(2)), "师资.xlsx"))
    assert [one.row for one in child_program.read_answer(answer).people] == [3, 4]


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
        {"roster": None},
        {"roster": ROSTER, "more": 1},
        {"roster": ROSTER | {"more": 1}},
        {"roster": ROSTER | {"header_row": "1"}},
        {"roster": ROSTER | {"duplicates": [[3, 2, 1]]}},
        {"roster": ROSTER | {"people": [{"row": 1, "name": "陈明"}]}},
        REFUSED | {"roster": ROSTER},
        REFUSED | {"refused": "bored"},
        {"refused": "busy", "columns": [{"letter": "A"}]},
    ],
    ids=str,
)
def test_any_other_answer_is_refused(values: object) -> None:
    with pytest.raises(ValueError, match=r"@ \$|neither a roster nor a refusal"):
        read(values)
