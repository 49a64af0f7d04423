"""An instructor's calendar kept elsewhere: its words, limits and rhythm. Pure.

Only when somebody is busy is read and kept, never with what (calendar rule 23).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.availability.engine.intervals import Interval

MOST_CALENDARS = 5
MOST_BYTES = 5 * 1024 * 1024
"""Of a file, or of a body once it is unpacked (calendar rule 20)."""

EVERY = timedelta(minutes=15)
SLOWEST = timedelta(days=1)

BACK, AHEAD = timedelta(days=1), timedelta(days=400)
"""The window that is read, around the present."""

READ_ANEW = timedelta(days=30)
"""A file that never changes is still read again by then: the window has moved on."""


class Kind(enum.StrEnum):
    """Where a calendar comes from."""

    ADDRESS = "address"
    UPLOAD = "upload"


class Trouble(enum.StrEnum):
    """Why a calendar cannot be read."""

    ADDRESS = "address"
    NOT_PUBLIC = "not_public"
    UNREACHABLE = "unreachable"
    SLOW = "slow"
    REDIRECTS = "redirects"
    DENIED = "denied"
    GONE = "gone"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    NOT_A_CALENDAR = "not_a_calendar"
    BROKEN = "broken"
    TOO_OFTEN = "too_often"
    TOO_MANY = "too_many"
    TOO_HARD = "too_hard"
    KEY_CHANGED = "key_changed"


class CannotRead(Exception):
    """A calendar cannot be read. The text is the code only: an address is a secret."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """When somebody is busy: half-open UTC intervals in normal form, known until an instant."""

    spans: Sequence[Interval]
    until: datetime


def next_try(now: datetime, failures: int) -> datetime:
    """When a calendar is read again: in 15 minutes, twice as long after each failure."""
    # More doublings than these would only make a number too large for a span of time.
    return now + min(EVERY * (1 << min(failures, 10)), SLOWEST)
