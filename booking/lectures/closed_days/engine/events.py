"""The event that the branch of a lecture is to be told of a closed day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.lectures.engine.events import place_line
from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class DayClosed:
    """What the mail says: the lecture as it was then. Notes and contact values are not in it."""

    at: datetime
    lecture_id: int
    sequence: int
    number: str
    title: str
    starts_at: datetime
    ends_at: datetime
    region: str
    place: str
    instructor: str
    organisation_id: int
    organisation: str

    @property
    def where(self) -> str:
        """Region and place in one line; a lecture held online is stored without a region."""
        return place_line(self.region, self.place, online=not self.region)


DAY_CLOSED = OutboxKind("lecture.day_closed", DayClosed)
