"""What an import did, row by row, and as JSON and back: its page can be opened again. Pure."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass
from typing import Any


class Outcome(enum.StrEnum):
    """What the import did with a row."""

    ADDED = "added"
    COMPLETED = "completed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row. `missing_regions` could not be found in the tree."""

    row: int
    name: str
    instructor_id: int
    outcome: Outcome
    missing_regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did."""

    rows: tuple[RowReport, ...]
    new_fields: tuple[str, ...]

    def count(self, outcome: Outcome) -> int:
        """How many rows had this outcome."""
        return sum(row.outcome is outcome for row in self.rows)


def write(report: Report) -> dict[str, Any]:
    """JSON-able values of a report."""
    return asdict(report)


def read(values: dict[str, Any]) -> Report:
    """The report that `write` wrote."""
    return Report(
        rows=tuple(
            RowReport(
                row=one["row"],
                name=one["name"],
                instructor_id=one["instructor_id"],
                outcome=Outcome(one["outcome"]),
                missing_regions=tuple(one["missing_regions"]),
            )
            for one in values["rows"]
        ),
        new_fields=tuple(values["new_fields"]),
    )
