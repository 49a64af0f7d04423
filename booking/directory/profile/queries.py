"""Read one instructor's public profile, in two queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.accounts.models import Region
from booking.contacts.consents.queries import CONSENTED
from booking.contacts.models import Consent
from booking.directory.engine.cards import Named, TopicLine
from booking.errors import NotFound
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import (
    Contact,
    Field,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
)
from booking.visibility.engine.readers import Purpose


@dataclass(frozen=True, slots=True)
class Profile:
    """The public profile of an instructor: person, fields, served regions, topics."""

    id: int
    name: str
    name_pinyin: str | None
    title: str
    workplace: str
    introduction: str
    region_code: str
    fields: Sequence[Named]
    serves: Sequence[Named]
    topics: Sequence[TopicLine]
    """The active topics, by id."""
    consented: Sequence[tuple[Channel, str, Purpose]]
    """Contacts that the person agreed to show without any act: channel, value, purpose."""
    public: bool
    """Whether the person agreed that everybody sees the entry."""


def profile(session: Session, instructor_id: int) -> Profile:
    """The profile of a listed instructor; raises `NotFound` (404)."""
    connection, values = session.connection(), {"id": instructor_id}
    rows = connection.execute(_PERSON, values).all()
    if not rows:
        raise NotFound()
    named = connection.execute(_NAMED, values).all()
    id_, name, name_pinyin, title, workplace, introduction, region_code, public = rows[0][
        :_PERSON_COLUMNS
    ]
    return Profile(
        id=id_,
        name=name,
        name_pinyin=name_pinyin,
        title=title,
        workplace=workplace,
        introduction=introduction,
        region_code=region_code,
        fields=[Named(*row[2:]) for row in named if row.kind == _FIELD],
        serves=[Named(*row[2:]) for row in named if row.kind == _REGION],
        topics=[
            TopicLine(*row[_PERSON_COLUMNS:]) for row in rows if row[_PERSON_COLUMNS] is not None
        ],
        consented=[
            (Channel(row.code), row.name, Purpose(row.name_en))
            for row in named
            if row.kind == _CONTACT
        ],
        public=public,
    )


_OWNER: BindParameter[int] = bindparam("id", type_=Integer)
_FIELD, _REGION, _CONTACT = range(3)

LINE: tuple[InstrumentedAttribute[Any], ...] = (
    Topic.id,
    Topic.title,
    Topic.minutes,
    Topic.formats,
    Topic.audiences,
    Topic.valid_from,
    Topic.valid_to,
)
"""The columns of a `TopicLine`, without the summary."""

_PERSON_COLUMNS = 8
"""Number of columns of the instructor in `_PERSON`, before those of a topic."""

_PERSON: Select[*tuple[Any, ...]] = (
    select(
        Instructor.id,
        Instructor.name,
        Instructor.name_pinyin,
        Instructor.title,
        Instructor.workplace,
        Instructor.introduction,
        Instructor.region_code,
        Instructor.public,
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
    CONSENTED.with_only_columns(
        literal_column(str(_CONTACT)),
        Contact.id,
        cast(Contact.channel, String),
        Contact.value,
        cast(Consent.purpose, String),
    ).where(Contact.instructor_id == _OWNER),
).order_by("kind", "place", "code")
