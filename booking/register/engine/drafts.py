"""A roster as JSON and back, for the time between preview and import. Pure."""

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
    """JSON-able values of a roster."""
    # `dataclasses.asdict` copies each value and takes as long as reading the file.
    return {
        "sheet": roster.sheet,
        "header_row": roster.header_row,
        "columns": [dict(vars(one)) for one in roster.columns],
        "people": [dict(vars(one)) for one in roster.people],
        "duplicates": roster.duplicates,
        "problems": [dict(vars(one)) for one in roster.problems],
    }


def read(values: dict[str, Any]) -> Roster:
    """The roster that `write` wrote."""
    return Roster(
        sheet=values["sheet"],
        header_row=values["header_row"],
        columns=tuple(
            Column(one["letter"], one["header"], ColumnRole(one["role"]) if one["role"] else None)
            for one in values["columns"]
        ),
        people=tuple(
            Person(**{key: _frozen(value) for key, value in one.items()})
            for one in values["people"]
        ),
        duplicates=tuple((later, earlier) for later, earlier in values["duplicates"]),
        problems=tuple(
            Problem(
                **one | {"code": ProblemCode(one["code"]), "severity": Severity(one["severity"])}
            )
            for one in values["problems"]
        ),
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
