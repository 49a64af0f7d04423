"""Entries that could not be read, as JSON values for storage and by kind for pages. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from booking.availability.engine.intervals import Interval, union
from booking.availability.external.engine.flaws import MOST_NAMED, Flaw, Unread


@dataclass(frozen=True, slots=True)
class UnreadKind:
    """The entries with one flaw."""

    flaw: Flaw
    count: int
    days: Sequence[date]
    """The days on which those begin of which it is known, in order."""


@dataclass(frozen=True, slots=True)
class UnreadEntries:
    """What the page tells of the entries of a calendar that could not be read."""

    total: int
    kinds: Sequence[UnreadKind]
    closed: bool
    """Whether unknown days are closed to bookings."""
    elsewhere: bool
    """Whether some of these entries may take time on days that are not closed."""


def written(unread: Iterable[Unread]) -> list[dict[str, Any]]:
    """The first `MOST_NAMED` entries as JSON values."""
    return [
        {
            "flaw": one.flaw.value,
            "mark": one.mark,
            "day": one.day.isoformat() if one.day else None,
            "days": len(one.spans),
            "elsewhere": one.elsewhere,
        }
        for one in list(unread)[:MOST_NAMED]
    ]


def unknown_days(unread: Iterable[Unread], settled: Collection[str]) -> list[Interval]:
    """The days to close, in normal form; not those of entries that were declared free."""
    return union(span for one in unread if one.mark not in settled for span in one.spans)


def entries(rows: Sequence[Mapping[str, Any]], total: int, *, closed: bool) -> UnreadEntries:
    """Stored entries by kind."""
    kinds = []
    for flaw in Flaw:
        of_kind = [row for row in rows if row["flaw"] == flaw]
        days = sorted({date.fromisoformat(row["day"]) for row in of_kind if row["day"]})
        if of_kind:
            kinds.append(UnreadKind(flaw, len(of_kind), days))
    elsewhere = total > len(rows) or any(row["elsewhere"] for row in rows)
    return UnreadEntries(total, kinds, closed, elsewhere)
