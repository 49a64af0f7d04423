"""Bind a list of ids as one array parameter, so that one cached statement serves any length."""

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
"""Most ids that are bound to a statement; for more, all rows are read."""


class _Ids(TypeDecorator[Sequence[int]]):
    """The type of a bound list of ids: an array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        impl = ARRAY(Integer) if dialect.name == "postgresql" else String()
        return dialect.type_descriptor(impl)

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value)


class _InIdList(FunctionElement[bool]):
    """SQL expression "column is in the list of ids"; its clauses are the column and the list."""

    inherit_cache = True


@compiles(_InIdList, "postgresql")
def _on_postgresql(element: _InIdList, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY({ids})"


@compiles(_InIdList, "sqlite")
def _on_sqlite(element: _InIdList, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(clause, **options) for clause in element.clauses)
    # No injection: SQLAlchemy compiled both, a column and a bind parameter.
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # nosec B608


def few(ids: Collection[int]) -> bool:
    """Whether a statement should filter by these ids: for more, reading all rows is faster."""
    return len(ids) <= MOST_IDS


def among(column: InstrumentedAttribute[int], named: bool) -> ColumnElement[bool]:
    """The condition "column is in the parameter `ids`", or "true" unless `named`.

    With "true" the caller must skip rows of other ids. The ids are bound as one value: PostgreSQL
    compares an expanded list of parameters one by one, and SQLite allows at most 32,766 of them.
    """
    return _InIdList(column, bindparam("ids", type_=_Ids())) if named else true()


def names(ids: Collection[int]) -> dict[str, object]:
    """The bind parameters of `among`."""
    return {"ids": list(ids)}
