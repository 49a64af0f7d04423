"""Name many instructors in one statement, which is written once for any number of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Integer, String, bindparam, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

MOST_IDS = 5_000
"""Up to so many instructors are named in a statement."""


class _Ids(TypeDecorator[Sequence[int]]):
    """Many ids as one value: an array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        own = ARRAY(Integer) if dialect.name == "postgresql" else String()
        return dialect.type_descriptor(own)

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value)


class _IsAmong(FunctionElement[bool]):
    """Whether a column is one of the ids; its clauses are the column and the ids."""

    inherit_cache = True


@compiles(_IsAmong, "postgresql")
def _on_postgresql(element: _IsAmong, compiler: SQLCompiler, **more: Any) -> str:
    column, ids = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} = ANY({ids})"


@compiles(_IsAmong, "sqlite")
def _on_sqlite(element: _IsAmong, compiler: SQLCompiler, **more: Any) -> str:
    column, ids = (compiler.process(one, **more) for one in element.clauses)
    # Both are compiled by SQLAlchemy: a column and a bound parameter.
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # nosec B608


def few(ids: Collection[int]) -> bool:
    """Whether a statement should name them: beyond, reading all rows is quicker."""
    return len(ids) <= MOST_IDS


def among(column: InstrumentedAttribute[int], named: bool) -> ColumnElement[bool]:
    """Rows of those in the parameter `ids`, or simply all rows where they are too many to name.

    Whoever reads must then be ready for rows of others. The ids travel as one value: PostgreSQL
    compares a list of parameters one by one, and SQLite refuses more than 32,766 of them.
    """
    return _IsAmong(column, bindparam("ids", type_=_Ids())) if named else true()


def names(ids: Collection[int]) -> dict[str, object]:
    """The parameter of `among`."""
    return {"ids": list(ids)}
