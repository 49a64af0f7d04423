"""Entries of an external calendar that cannot be read, or not for certain. Pure.

They are reported to the owner by kind and day, never by title (calendar rules 23 and 38). The days
on which such an entry may take time are *unknown*: neither free nor known to be busy.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.intervals import Interval
from booking.availability.engine.zones import day_bounds, local_date

MOST_DAYS_OF_ENTRY = 10
"""An entry with more unknown days closes none of them: they are as good as all days."""

MOST_UNKNOWN_DAYS = 30
"""Unknown days of one calendar that are closed; the earliest entries come first."""

MOST_NAMED = 100
"""Entries that are kept by kind and day; of more than these only the number."""


class Flaw(enum.StrEnum):
    """What cannot be read of an entry."""

    NO_START = "no_start"
    END = "end"
    REVERSED = "reversed"
    RULE = "rule"
    EXCEPTION = "exception"
    ZONE = "zone"
    SCALE = "scale"
    TOO_OFTEN = "too_often"
    PERIOD = "period"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"


_SURPLUS = Flaw.EXCEPTION


@dataclass(frozen=True, slots=True)
class Flawed:
    """A flaw of one entry, as the text shows it."""

    flaw: Flaw
    mark: str
    """A hash of the lines with times: whether it is still the same entry."""
    day: date | None = None
    """The day on which the entry begins, as it is written."""
    last: date | None = None
    """The last day on which it may take further time that is not known; None if there is none."""
    expanded: bool = False
    """Whether the expansion tells the days on which it takes time."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A flaw of one entry, with its unknown days in the window that is read."""

    flaw: Flaw
    mark: str
    day: date | None
    spans: tuple[Interval, ...] = ()
    """Whole local days as UTC intervals, in order."""
    elsewhere: bool = False
    """Whether it may take time on days that are not known, or on more than can be closed."""


def mark_of(lines: Iterable[str]) -> str:
    """A short hash of lines."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def in_window(
    flawed: Flawed, days: Sequence[Interval] | None, window: Interval, zone: ZoneInfo
) -> Unread | None:
    """A flaw within a window of instants; None if it cannot concern it.

    `days` are the times that the expansion found, None if it was not asked.
    """
    first, last = local_date(window[0], zone), local_date(window[1], zone)
    day = flawed.day
    elsewhere = flawed.last is not None and flawed.last >= first
    if days is not None:
        spans = whole_days(days, zone)
        day = local_date(spans[0][0], zone) if spans else None
    elif flawed.flaw in (Flaw.NO_START, Flaw.PERIOD) and day and first <= day <= last:
        spans = (day_bounds(day, zone),)
    else:
        spans = ()
    if (not spans and not elsewhere) or (day is not None and day > last):
        return None
    # An exception that cannot be read closes too much: it is reported, and no day is unknown.
    return Unread(flawed.flaw, flawed.mark, day, spans, elsewhere and flawed.flaw is not _SURPLUS)


def whole_days(times: Iterable[Interval], zone: ZoneInfo) -> tuple[Interval, ...]:
    """The local days that these times touch, in order; at most one more than an entry may close."""
    days: set[date] = set()
    for start, end in times:
        day, last = local_date(start, zone), local_date(end - timedelta(microseconds=1), zone)
        while day <= last and len(days) <= MOST_DAYS_OF_ENTRY:
            days.add(day)
            day += timedelta(days=1)
    return tuple(day_bounds(day, zone) for day in sorted(days))


def bounded(unread: Iterable[Unread]) -> list[Unread]:
    """The entries in order of their days, with no more unknown days than may be closed."""
    left, kept = MOST_UNKNOWN_DAYS, []
    for one in sorted(unread, key=lambda one: (one.day or date.max, one.flaw, one.mark)):
        if len(one.spans) > min(left, MOST_DAYS_OF_ENTRY):
            one = replace(one, spans=(), elsewhere=True)
        left -= len(one.spans)
        kept.append(one)
    return kept
