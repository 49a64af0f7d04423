"""Entries that could not be read, as JSON values for storage and by kind for pages. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from booking.availability.engine.intervals import Interval, union
from booking.availability.engine.zones import local_date
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
    """What the page shows of the entries of a calendar that could not be read."""

    total: int
    kinds: Sequence[UnreadKind]
    unknown: Sequence[date]
    """The unknown days to come that are closed to bookings, in order."""
    elsewhere: bool
    """Whether some of these entries may take time on days that are not closed."""


def written(unread: Iterable[Unread], zone: ZoneInfo) -> list[dict[str, Any]]:
    """The first `MOST_NAMED` entries as JSON values, with local days."""
    return [
        {
            "flaw": one.flaw.value,
            "mark": one.mark,
            "day": one.day.isoformat() if one.day else None,
            "days": [local_date(start, zone).isoformat() for start, _end in one.spans],
            "elsewhere": one.elsewhere,
        }
        for one in list(unread)[:MOST_NAMED]
    ]


def unknown_days(unread: Iterable[Unread], settled: Collection[str]) -> list[Interval]:
    """The days to close, in normal form; not those of entries that were declared free."""
    return union(span for one in unread if one.mark not in settled for span in one.spans)


def entries(
    rows: Sequence[Mapping[str, Any]], total: int, *, settled: Collection[str], today: date
) -> UnreadEntries:
    """Stored entries by kind, without those whose days are over; `total` counts all stored ones."""
    current = [row for row in rows if not row["days"] or max(map(_day, row["days"])) >= today]
    kinds = []
    for flaw in Flaw:
        of_kind = [row for row in current if row["flaw"] == flaw]
        days = sorted({_day(row["day"]) for row in of_kind if row["day"]})
        if of_kind:
            kinds.append(UnreadKind(flaw, len(of_kind), days))
    closed = {_day(day) for row in current if row["mark"] not in settled for day in row["days"]}
    return UnreadEntries(
        total - (len(rows) - len(current)),
        kinds,
        sorted(day for day in closed if day >= today),
        total > len(rows) or any(row["elsewhere"] for row in current),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)
