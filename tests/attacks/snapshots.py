"""Snapshots of all database rows, and their differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Table, select

from booking.db import Base, db

Key = tuple[str, tuple[Any, ...]]
"""(table name, primary key values)."""
Rows = Mapping[Key, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of two snapshots: rows added, removed and changed."""

    added: dict[Key, dict[str, Any]]
    removed: dict[Key, dict[str, Any]]
    altered: dict[Key, list[str]]
    """Names of the changed columns."""

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.altered)


def snapshot(app: Flask) -> Rows:
    """All rows of all tables, by row key."""
    with app.app_context():
        found = {}
        for name, table in Base.metadata.tables.items():
            for row in db.session().execute(select(table)).mappings():
                found[(name, _key(table, row))] = {str(key): row[key] for key in row}
        return found


def _key(table: Table, row: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)


def difference(before: Rows, after: Rows) -> Difference:
    """The difference of two snapshots."""
    altered = {
        key: changed
        for key in before.keys() & after.keys()
        if (changed := [name for name in before[key] if before[key][name] != after[key][name]])
    }
    return Difference(
        added={key: after[key] for key in after.keys() - before.keys()},
        removed={key: before[key] for key in before.keys() - after.keys()},
        altered=altered,
    )


def references(table_name: str, row: Mapping[str, Any], column: str) -> list[Any]:
    """The values of a row in the columns that refer to `column`, such as "instructor.id"."""
    table = Base.metadata.tables[table_name]
    return [
        row[field.name]
        for field in table.columns
        if any(key.target_fullname == column for key in field.foreign_keys)
        and row[field.name] is not None
    ]


def texts(rows: Rows) -> set[str]:
    """Short texts that may identify rows in URLs: keys, numbers, codes."""
    found = set()
    for (name, _key_values), row in rows.items():
        table = Base.metadata.tables[name]
        unique = {column.name for column in table.columns if column.unique or column.primary_key}
        for column in unique:
            if isinstance(row[column], str) and 0 < len(row[column]) <= 64:
                found.add(row[column])
    return found


def integers(rows: Rows) -> set[int]:
    """All integer primary keys."""
    return {value for _name, key in rows for value in key if isinstance(value, int)}
