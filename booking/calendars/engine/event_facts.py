"""Convert a lecture event to iCalendar facts, for one view. Pure.

Texts are passed in as `Wording`, in the language of the calendar's reader.
"""

from __future__ import annotations

from dataclasses import dataclass

from booking.calendars.engine.ical import EventFacts, Status
from booking.lectures.engine.events import LectureEvent


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one event for one view."""

    summary: str
    description: str
    location: str
    url: str
    cancelled_prefix: str
    """What stands before the title of a cancelled lecture."""


def event_facts(event: LectureEvent, wording: Wording, status: Status) -> EventFacts:
    """The facts for feed, mail and download: all have the same UID, SEQUENCE and times."""
    return EventFacts(
        uid=event.uid,
        sequence=event.sequence,
        revised_at=event.at,
        created_at=event.created_at,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.time_zone,
        summary=wording.summary,
        location=wording.location,
        description=wording.description,
        url=wording.url,
        status=status,
        cancelled_prefix=wording.cancelled_prefix,
    )
