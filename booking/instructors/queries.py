"""Public reads of the register: listed instructors, their topics, and the fields."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.orm import Session, aliased

from booking.instructors.models import Field, Instructor, MergedEntry, Topic

PUBLIC_TOPIC: ColumnElement[bool] = and_(
    Topic.active,
    select(Instructor.id)
    .where(Instructor.id == Topic.instructor_id, Instructor.listed)
    .correlate(Topic)
    .exists(),
)
"""Condition: the topic is active and its instructor listed; no other topic is disclosed."""


def public_title(session: Session, topic_id: int, *, public_only: bool = False) -> str | None:
    """The title of a public topic; None if there is no such topic.

    `public_only`: of an entry that its person shows to everybody.
    """
    query = select(Topic.title).where(Topic.id == topic_id, PUBLIC_TOPIC)
    if public_only:
        agreed = select(Instructor.id).where(Instructor.public.is_(True))
        query = query.where(Topic.instructor_id.in_(agreed))
    return session.scalar(query)


def kept_id(session: Session, old_id: int) -> int | None:
    """The id of the entry into which an entry was merged; None if it was not."""
    return session.scalar(select(MergedEntry.instructor_id).where(MergedEntry.old_id == old_id))


Names = Row[int, str, str, str | None]
"""Id, code, name and English name of a field."""


def present_field_code(session: Session, code: str) -> str:
    """The code of the field that stands for this one now; of an unknown one the code itself."""
    successor = aliased(Field)
    query = (
        select(successor.code)
        .join(Field, Field.merged_into_id == successor.id)
        .where(Field.code == code)
    )
    return session.scalar(query) or code


def field_tree(session: Session) -> list[tuple[Names, list[Names]]]:
    """The top-level fields, each with its sub-fields, in order of id."""
    query = select(Field.id, Field.code, Field.name, Field.name_en, Field.parent_id)
    below: dict[int | None, list[Any]] = defaultdict(list)
    live = Field.merged_into_id.is_(None)
    for row in session.execute(query.where(live).order_by(Field.id)):
        below[row.parent_id].append(row)
    return [(top, below[top.id]) for top in below[None]]
