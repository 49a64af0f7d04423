"""What a search looks at, written anew for entries that changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from booking.instructors.engine import index_terms, names
from booking.instructors.engine.vocabulary import bits_over
from booking.instructors.models import (
    Field,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
)


def refresh(session: Session, instructors: Sequence[Instructor]) -> None:
    """For entries whose names, fields, topics or regions changed."""
    ids = [instructor.id for instructor in instructors]
    topics: dict[int, list[Topic]] = defaultdict(list)
    for topic in session.scalars(select(Topic).where(Topic.instructor_id.in_(ids))):
        topics[topic.instructor_id].append(topic)
    worked = _fields_of(session, ids)
    regions = _regions_of(session, ids)
    for one in instructors:
        fields = worked.get(one.id, _NO_FIELDS)
        active = [topic for topic in topics[one.id] if topic.active]
        phrases = [*(topic.title for topic in active), *fields.names]
        texts = [one.name, one.workplace, one.title, *phrases, *fields.english]
        words = names.normalise(" ".join(texts))
        pinyin = names.pinyin_tokens(one.name, one.name_pinyin)
        one.search_text = words[: index_terms.MAX_TEXT]
        one.search_pinyin = f"{pinyin} {names.phrase_tokens(phrases)}"[: index_terms.MAX_PINYIN]
        one.search_codes = index_terms.codes(fields.codes, regions.get(one.id, ()))
        one.audience_bits = bits_over(topic.audiences for topic in active)
        one.format_bits = bits_over(topic.formats for topic in active)
    session.flush()


@dataclass(frozen=True, slots=True)
class _FieldsOf:
    """What a search finds of the fields of one instructor, and of the fields above them.

    The landing page counts an instructor in the field above as well, under its English name.
    """

    names: dict[str, None] = field(default_factory=dict)
    english: dict[str, None] = field(default_factory=dict)
    codes: dict[str, None] = field(default_factory=dict)


_NO_FIELDS = _FieldsOf()


def _fields_of(session: Session, ids: Sequence[int]) -> dict[int, _FieldsOf]:
    """The fields of each instructor, each once, in the order of their making."""
    above = aliased(Field)
    query = (
        select(
            InstructorField.instructor_id,
            Field.name,
            Field.code,
            above.code,
            Field.name_en,
            above.name_en,
        )
        .join(Field, Field.id == InstructorField.field_id)
        .outerjoin(above, above.id == Field.parent_id)
        .where(InstructorField.instructor_id.in_(ids))
        .order_by(Field.id)
    )
    found: dict[int, _FieldsOf] = defaultdict(_FieldsOf)
    for owner, name, code, code_above, *english in session.execute(query):
        known = found[owner]
        known.names[name] = None
        known.codes.update(dict.fromkeys(one for one in (code, code_above) if one))
        known.english.update(dict.fromkeys(one for one in english if one))
    return found


def _regions_of(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(ServedRegion.instructor_id, ServedRegion.region_code)
        .where(ServedRegion.instructor_id.in_(ids))
        .order_by(ServedRegion.region_code)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for owner, code in session.execute(query):
        found[owner].append(code)
    return found
