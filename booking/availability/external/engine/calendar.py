"""Vocabulary, limits and fetch intervals of external calendars. Pure.

Only busy times are read and stored, never titles or other details (calendar rule 23).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.availability.engine.intervals import Interval
from booking.availability.external.engine.flaws import Unread
from booking.process.sizes import MEGABYTE

MOST_CALENDARS = 5
MOST_BYTES = 5 * MEGABYTE
"""Maximum size of a file, or of a decompressed response body (calendar rule 20)."""

EVERY = timedelta(minutes=15)
SLOWEST = timedelta(days=1)

BACK, AHEAD = timedelta(days=1), timedelta(days=400)
"""The window around the present for which busy times are read."""

READ_ANEW = timedelta(days=30)
"""An unchanged file is parsed again after this time, because the window has moved."""


class CalendarKind(enum.StrEnum):
    """Source of an external calendar."""

    ADDRESS = "address"
    UPLOAD = "upload"


class Trouble(enum.StrEnum):
    """Why a calendar cannot be read."""

    ADDRESS = "address"
    FILE = "file"
    OWN = "own"
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
    OTHER_SCALE = "other_scale"
    TOO_OFTEN = "too_often"
    TOO_MANY = "too_many"
    TOO_HARD = "too_hard"
    KEY_CHANGED = "key_changed"


class CannotRead(Exception):
    """A calendar cannot be read. The message is only the code: an address is a secret."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """Busy times as half-open UTC intervals in normal form, complete until an instant.

    `unread` are the entries that could not be read, or not for certain, with their unknown days.
    """

    spans: Sequence[Interval]
    until: datetime
    unread: Sequence[Unread] = ()


def next_try(now: datetime, failures: int) -> datetime:
    """When a calendar is fetched next: in 15 minutes, doubled after each failure."""
    # Capped, because more doublings would only overflow a timedelta.
    return now + min(EVERY * (1 << min(failures, 10)), SLOWEST)
