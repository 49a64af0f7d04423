"""Read the list of fields with counts, and its last change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from booking.accounts.models import Region
from booking.errors import NotFound
from booking.instructors.fields.models import FieldChange
from booking.instructors.models import Field, InstructorField, Topic


@dataclass(frozen=True, slots=True)
class Line:
    """One field with the topics and instructors that name it, and those below it."""

    field: Field
    topics: int
    instructors: int
    below: Sequence[Line] = ()


def tree(session: Session) -> list[Line]:
    """The fields of the first level, each with those below it. Three queries."""
    live = Field.merged_into_id.is_(None)
    fields = session.scalars(select(Field).where(live).order_by(Field.id)).all()
    topics = _counts(session, Topic)
    instructors = _counts(session, InstructorField)
    below: dict[int | None, list[Line]] = defaultdict(list)
    for field in reversed(fields):
        if field.parent_id is not None:
            below[field.parent_id].insert(
                0, Line(field, topics.get(field.id, 0), instructors.get(field.id, 0))
            )
    return [
        Line(field, topics.get(field.id, 0), instructors.get(field.id, 0), below[field.id])
        for field in fields
        if field.parent_id is None
    ]


def _counts(session: Session, table: type[Topic | InstructorField]) -> dict[int | None, int]:
    query = select(table.field_id, func.count()).group_by(table.field_id)
    return dict(session.execute(query).all())


def field_of(session: Session, field_id: int) -> Field:
    """A field, which may be an alias; raises `NotFound`."""
    field = session.get(Field, field_id)
    if field is None:
        raise NotFound()
    return field


def tops(session: Session, *, besides: int | None = None) -> Sequence[Field]:
    """The fields of the first level."""
    query = select(Field).where(Field.parent_id.is_(None), Field.merged_into_id.is_(None))
    return session.scalars(query.where(Field.id != (besides or 0)).order_by(Field.id)).all()


def has_below(session: Session, field_id: int) -> bool:
    """Whether a field has others below it."""
    query = select(Field.id).where(Field.parent_id == field_id, Field.merged_into_id.is_(None))
    return session.scalar(query.limit(1)) is not None


def concerned(session: Session, field_ids: Collection[int]) -> Sequence[int]:
    """The instructors whose search text has the names of these fields."""
    fields = select(Field.id).where(or_(Field.id.in_(field_ids), Field.parent_id.in_(field_ids)))
    query = select(InstructorField.instructor_id).where(InstructorField.field_id.in_(fields))
    return session.scalars(query.distinct().order_by(InstructorField.instructor_id)).all()


def last_change(session: Session) -> FieldChange | None:
    """The last change that was not taken back."""
    return session.scalars(select(FieldChange).order_by(FieldChange.id.desc()).limit(1)).first()


def top_regions(session: Session) -> frozenset[str]:
    """The codes of the regions above which there is none: their coordinators keep the fields."""
    query = select(Region.code).where(
        Region.parent_code.is_(None), Region.merged_into_code.is_(None)
    )
    return frozenset(session.scalars(query))
