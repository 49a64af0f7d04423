"""What a lecture promises, as plain values: stored with the changes that set it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.instructors.engine.vocabulary import Audience, Format


@dataclass(frozen=True, slots=True)
class LectureFacts:
    """Who lectures on what, when and where. Instants are aware UTC."""

    instructor_id: int
    topic_id: int | None
    title: str
    starts_at: datetime
    ends_at: datetime
    region_code: str
    place: str
    format: Format
    audience: Audience | None = None
    attendees: int | None = None
    note: str = ""
