"""One instructor as the page of a person shows one, in three queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Integer,
    bindparam,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from booking.accounts.models import Region
from booking.directory.cards import Named, TopicLine
from booking.errors import NotFound
from booking.instructors.models import Field, Instructor, InstructorField, ServedRegion, Topic


@dataclass(frozen=True, slots=True)
class Profile:
    """Who it is, what can be heard, and where."""

    id: int
    name: str
    title: str
    workplace: str
    introduction: str
    region_code: str
    fields: Sequence[Named]
    serves: Sequence[Named]
    topics: Sequence[TopicLine]
    """Those on offer, in the order in which they were added."""


def profile(session: Session, instructor_id: int) -> Profile:
    """One listed instructor; raises `NotFound` (404)."""
    connection, wanted = session.connection(), {"id": instructor_id}
    person = connection.execute(_PERSON, wanted).one_or_none()
    if person is None:
        raise NotFound()
    named = connection.execute(_NAMED, wanted).all()
    topics = connection.execute(_TOPICS, wanted).all()
    return Profile(
        *person,
        fields=[Named(*row[2:]) for row in named if row.kind == _FIELD],
        serves=[Named(*row[2:]) for row in named if row.kind == _REGION],
        topics=[TopicLine(*row) for row in topics],
    )


_OWNER: BindParameter[int] = bindparam("id", type_=Integer)
_FIELD, _REGION = range(2)

_PERSON = select(
    Instructor.id,
    Instructor.name,
    Instructor.title,
    Instructor.workplace,
    Instructor.introduction,
    Instructor.region_code,
).where(Instructor.id == _OWNER, Instructor.listed)
_NAMED: CompoundSelect[*tuple[Any, ...]] = union_all(
    select(
        literal_column(str(_FIELD)).label("kind"),
        Field.id.label("place"),
        Field.code,
        Field.name,
        Field.name_en,
    )
    .join(InstructorField, InstructorField.field_id == Field.id)
    .where(InstructorField.instructor_id == _OWNER),
    select(
        literal_column(str(_REGION)), literal_column("0"), Region.code, Region.name, Region.name_en
    )
    .join(ServedRegion, ServedRegion.region_code == Region.code)
    .where(ServedRegion.instructor_id == _OWNER),
).order_by("kind", "place", "code")
_TOPICS = (
    select(
        Topic.id,
        Topic.title,
        Topic.minutes,
        Topic.formats,
        Topic.audiences,
        Topic.valid_from,
        Topic.valid_to,
        Topic.summary,
    )
    .where(Topic.instructor_id == _OWNER, Topic.active)
    .order_by(Topic.id)
)
