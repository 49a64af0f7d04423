"""Name many instructors in one statement, which is written once for any number of them."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, bindparam, cast, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

MOST_IDS = 5_000
"""Up to so many instructors are named in a statement."""


class _JsonValues(FunctionElement[str]):
    """The values of a JSON array as rows of one column, `value`."""

    inherit_cache = True


@compiles(_JsonValues, "sqlite")
def _on_sqlite(element: _JsonValues, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **more)})"


@compiles(_JsonValues, "postgresql")
def _on_postgresql(element: _JsonValues, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **more)} AS JSON))"


_IDS = _JsonValues(bindparam("ids", type_=String)).table_valued("value")
_NAMED = select(cast(_IDS.c.value, Integer))


def few(ids: Collection[int]) -> bool:
    """Whether a statement should name them: beyond, reading all rows is quicker."""
    return len(ids) <= MOST_IDS


def among(column: InstrumentedAttribute[int], named: bool) -> ColumnElement[bool]:
    """Rows of those in the parameter `ids`, or simply all rows where they are too many to name.

    Whoever reads must then be ready for rows of others. The ids travel as one value: PostgreSQL
    compares a list of parameters one by one, and SQLite refuses more than 32,766 of them.
    """
    return column.in_(_NAMED) if named else true()


def names(ids: Collection[int]) -> dict[str, object]:
    """The parameter of `among`."""
    return {"ids": json.dumps(list(ids))}
