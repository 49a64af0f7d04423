"""What is shown of a contact, of whom, to whom, and on which basis. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.instructors.engine.vocabulary import Channel
from booking.visibility.engine.data import Datum
from booking.visibility.engine.readers import Reader

LIMIT_WINDOW = timedelta(days=1)
"""The window in which the persons whose contacts somebody was shown are counted."""

LONGEST_CASE = 200
"""Characters of the reason of a reveal."""

DATA = {Channel.PHONE: Datum.PHONE, Channel.EMAIL: Datum.EMAIL}
"""The datum of each channel in the table of visibility."""


class Through(enum.StrEnum):
    """By what somebody was allowed to see a contact."""

    LECTURE = "lecture"
    GRANT = "grant"
    CASE = "case"
    """A coordinator, for a case that needed it."""
    CONSENT = "consent"
    """The person shows it to all signed-in branches."""
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Basis:
    """In which capacities somebody reads, through what, why, and until when that is possible."""

    readers: frozenset[Reader]
    through: Through
    reason: str
    reference: str = ""
    """The number of the lecture or of the request; empty: none."""
    channels: frozenset[Channel] = frozenset(Channel)
    """What a grant is limited to."""
    until: datetime | None = None
    """The first instant at which it is over; None: at no fixed time."""


@dataclass(frozen=True, slots=True)
class ShownContact:
    """One contact as it is shown once."""

    channel: Channel
    value: str


def lecture_until(ends_at: datetime, days: int) -> datetime:
    """The first instant at which a lecture shows no contact any more."""
    return ends_at + timedelta(days=days)


def is_over(until: datetime | None, now: datetime) -> bool:
    """Whether a period has ended; its last instant is not part of it."""
    return until is not None and now >= until
