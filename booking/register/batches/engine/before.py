"""What an import added to an entry that was there before, as a plain value."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Before:
    """What undoing restores: columns to empty, rows to delete, the instant of the last change."""

    changed_at: datetime
    columns: tuple[str, ...] = ()
    """Of the keys of `EMPTIED` those that were empty."""
    topics: tuple[int, ...] = ()
    fields: tuple[int, ...] = ()
    serves: tuple[str, ...] = ()
    contacts: tuple[int, ...] = ()
    terms: tuple[int, ...] = ()
    """Of a new entry as well."""


EMPTIED = {
    "title": "",
    "gender": None,
    "birth_month": None,
    "name_pinyin": None,
    "introduction": "",
}
"""What stands in the columns when they are empty."""
