"""What an import added to an entry that was there before, as a plain value."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Before:
    """How undoing completes the way back: columns to empty, rows to delete, the last change."""

    changed_at: datetime
    columns: tuple[str, ...] = ()
    """Of `title`, `gender` and `birth_month` those that were empty."""
    topics: tuple[int, ...] = ()
    fields: tuple[int, ...] = ()
    serves: tuple[str, ...] = ()
    contacts: tuple[int, ...] = ()


EMPTIED = {"title": "", "gender": None, "birth_month": None}
"""What stands in the columns when they are empty."""
