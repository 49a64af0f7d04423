"""What a lecture's page says of named attendees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.db import db
from booking.lectures.attendees import queries
from booking.lectures.attendees.forms import AttendeeForm
from booking.lectures.attendees.models import NamedAttendee
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.settings.engine.declarations import ATTENDEES_MOST
from booking.settings.queries import in_force

KEEPERS = frozenset({Party.BRANCH, Party.BRANCH_COORDINATOR})
"""Who sees names and addresses, and names people: the branch's side."""


@dataclass(frozen=True, slots=True)
class AttendeeSection:
    """Template data of `lectures/_attendees.html`."""

    count: int
    open: bool
    """Whether the reader can name or remove somebody now."""
    people: Sequence[NamedAttendee] = ()
    left: int = 0
    most: int = 0
    form: AttendeeForm | None = None


def attendee_section(
    lecture: Lecture, parties: frozenset[Party], form: AttendeeForm | None, *, now: datetime
) -> AttendeeSection:
    """What these parties see: the branch's side all, others the number only."""
    session, most = db.session(), in_force(ATTENDEES_MOST)
    people = queries.of_lecture(session, lecture.id)
    if not parties & KEEPERS:
        return AttendeeSection(len(people), False)
    is_open = queries.is_open(lecture, now)
    room = is_open and len(people) < most
    return AttendeeSection(
        count=len(people),
        open=is_open,
        people=people,
        left=queries.left(session, lecture.id),
        most=most,
        form=(form or AttendeeForm(formdata=None)) if room or form else None,
    )
