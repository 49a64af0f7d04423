"""Generated rows by table. Pure."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import Any

Row = dict[str, Any]


class Rows:
    """Rows by table name, in insertion order; ids count from 1 in each table."""

    def __init__(self) -> None:
        self.tables: defaultdict[str, list[Row]] = defaultdict(list)
        self._ids: defaultdict[str, count[int]] = defaultdict(lambda: count(1))

    def add(self, table: str, **values: Any) -> None:
        """Add a row to a table without an id column."""
        self.tables[table].append(values)

    def add_with_id(self, table: str, **values: Any) -> int:
        """Add a row and return its id."""
        identity = next(self._ids[table])
        self.tables[table].append({"id": identity, **values})
        return identity
