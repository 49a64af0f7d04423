"""Public reads of the register: listed instructors and their topics."""

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
"""Condition: the topic is active and its instructor listed; no other topic is disclosed."""


def public_title(session: Session, topic_id: int) -> str | None:
    """The title of a public topic; None if there is no such topic."""
    return session.scalar(select(Topic.title).where(Topic.id == topic_id, PUBLIC_TOPIC))
