"""Serialises a roster to JSON and back, for storage between preview and import. Pure."""

from __future__ import annotations

from typing import Any

from booking.register.engine.roster import (
    Column,
    ColumnRole,
    Person,
    Problem,
    ProblemCode,
    Roster,
    Severity,
)


def write(roster: Roster) -> dict[str, Any]:
    """A roster as JSON-serialisable values."""
    # Not `dataclasses.asdict`: it copies each value and takes as long as parsing the file.
    return {
        "sheet": roster.sheet,
        "header_row": roster.header_row,
        "columns": [dict(vars(column)) for column in roster.columns],
        "people": [dict(vars(person)) for person in roster.people],
        "duplicates": roster.duplicates,
        "problems": [dict(vars(problem)) for problem in roster.problems],
    }


def read(values: dict[str, Any]) -> Roster:
    """The inverse of `write`."""
    return Roster(
        sheet=values["sheet"],
        header_row=values["header_row"],
        columns=tuple(
            Column(
                column["letter"],
                column["header"],
                ColumnRole(column["role"]) if column["role"] else None,
            )
            for column in values["columns"]
        ),
        people=tuple(
            Person(**{key: _list_to_tuple(value) for key, value in person.items()})
            for person in values["people"]
        ),
        duplicates=tuple((later, earlier) for later, earlier in values["duplicates"]),
        problems=tuple(
            Problem(
                **problem
                | {
                    "code": ProblemCode(problem["code"]),
                    "severity": Severity(problem["severity"]),
                }
            )
            for problem in values["problems"]
        ),
    )


def _list_to_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
