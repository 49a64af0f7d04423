"""The report of an import, row by row. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Outcome(enum.StrEnum):
    """The outcome of one row."""

    ADDED = "added"
    COMPLETED = "completed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class RowReport:
    """The outcome of one row. `missing_regions` are names that match no region."""

    row: int
    name: str
    instructor_id: int
    outcome: Outcome
    missing_regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The rows of an import, and the names of fields that it added."""

    rows: tuple[RowReport, ...]
    new_fields: tuple[str, ...]

    def count(self, outcome: Outcome) -> int:
        """The number of rows with this outcome."""
        return sum(row.outcome is outcome for row in self.rows)
