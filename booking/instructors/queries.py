"""What everybody may read of the register: listed instructors, and what they offer."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from booking.instructors.models import Instructor, Topic

PUBLIC_TOPIC: ColumnElement[bool] = and_(
    Topic.active,
    select(Instructor.id)
    .where(Instructor.id == Topic.instructor_id, Instructor.listed)
    .correlate(Topic)
    .exists(),
)
"""Whether a topic is on offer, of somebody who is listed: nobody is told of any other."""


def public_title(session: Session, topic_id: int) -> str | None:
    """What a topic is called; None where there is none that everybody may know of."""
    return session.scalar(select(Topic.title).where(Topic.id == topic_id, PUBLIC_TOPIC))
