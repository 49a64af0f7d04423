"""A booking that is being filled in: the form, and what its URL says beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.availability.engine.offers import SlotRequest
from booking.errors import NotFound
from booking.instructors.models import Topic
from booking.lectures import booking_requests, queries
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.errors import StateMovedOn
from booking.lectures.engine.states import Party, State
from booking.lectures.forms import BookingForm
from booking.lectures.models import Lecture
from booking.lectures.parties import parties
from booking.lectures.request_form.parameters import LONGEST_NUMBER

NO_BRANCH = 0
"""The id of no branch: of somebody who is not signed in yet, or has named none."""

CORRECTORS = frozenset({Party.BRANCH, Party.BRANCH_COORDINATOR})


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be requested. `returned` is the lecture that is corrected, of a new one None."""

    form: BookingForm
    topic: Topic
    starts_at: datetime
    returned: Lecture | None

    def booking_request(self) -> BookingRequest:
        """The form as plain values."""
        form = self.form
        return BookingRequest(
            instructor_id=self.topic.instructor_id,
            topic_id=self.topic.id,
            organisation_id=(form.organisation and form.organisation.data) or NO_BRANCH,
            starts_at=self.starts_at,
            region_code=form.region.data or self.topic.instructor.region_code,
            place=form.place.data or "",
            format=form.chosen_format(),
            audience=form.chosen_audience(),
            attendees=form.attendees.data,
            note=form.note.data or "",
        )

    def slot_request(self) -> SlotRequest:
        """What is asked of the instructor's time; a lecture's own hold closes no time."""
        asked = booking_requests.asked(self.booking_request(), self.topic)
        return asked if self.returned is None else replace(asked, lecture_id=self.returned.id)

    def address(self) -> dict[str, Any]:
        """The values of the URL that stay when another time is chosen."""
        there: dict[str, Any] = {
            "instructor_id": self.topic.instructor_id,
            "topic": self.topic.id,
        }
        return there | ({"correct": self.returned.number} if self.returned else {})


def returned_lecture(
    session: Session, who: Actor, instructor_id: int, parameters: Mapping[str, str]
) -> Lecture | None:
    """The returned request that `correct` names; None if none is named.

    Raises `NotFound` for a lecture of others, and `StateMovedOn` (409) if it is not returned.
    """
    number = parameters.get("correct", "")[:LONGEST_NUMBER]
    if not number:
        return None
    lecture = queries.by_number(session, number, whole=True)
    if lecture.instructor_id != instructor_id or not parties(who, lecture) & CORRECTORS:
        raise NotFound()
    if lecture.state is not State.RETURNED:
        raise StateMovedOn()
    return lecture
