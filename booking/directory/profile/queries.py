"""One instructor as the page of a person shows one, in two queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Integer,
    Select,
    bindparam,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.accounts.models import Region
from booking.directory.engine.cards import Named, TopicLine
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
    rows = connection.execute(_PERSON, wanted).all()
    if not rows:
        raise NotFound()
    named = connection.execute(_NAMED, wanted).all()
    identity, name, title, workplace, introduction, region_code = rows[0][:_OWN]
    return Profile(
        id=identity,
        name=name,
        title=title,
        workplace=workplace,
        introduction=introduction,
        region_code=region_code,
        fields=[Named(*row[2:]) for row in named if row.kind == _FIELD],
        serves=[Named(*row[2:]) for row in named if row.kind == _REGION],
        topics=[TopicLine(*row[_OWN:]) for row in rows if row[_OWN] is not None],
    )


_OWNER: BindParameter[int] = bindparam("id", type_=Integer)
_FIELD, _REGION = range(2)

LINE: tuple[InstrumentedAttribute[Any], ...] = (
    Topic.id,
    Topic.title,
    Topic.minutes,
    Topic.formats,
    Topic.audiences,
    Topic.valid_from,
    Topic.valid_to,
)
"""The columns of a `TopicLine`, but for the summary."""

_OWN = 6
"""Columns of the person, before those of a topic."""

_PERSON: Select[*tuple[Any, ...]] = (
    select(
        Instructor.id,
        Instructor.name,
        Instructor.title,
        Instructor.workplace,
        Instructor.introduction,
        Instructor.region_code,
        *LINE,
        Topic.summary,
    )
    .outerjoin(Topic, (Topic.instructor_id == Instructor.id) & Topic.active)
    .where(Instructor.id == _OWNER, Instructor.listed)
    .order_by(Topic.id)
)
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
