"""Reads entries as an import compares them: in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking.availability.models import Term
from booking.db import id_lists
from booking.instructors.engine import names
from booking.instructors.models import (
    Contact,
    Field,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
)
from booking.register.comparison.engine.plans import Known
from booking.register.engine.roster import TermDays


def known_entries(session: Session, instructors: Sequence[Instructor]) -> list[Known]:
    """These entries with their topics, fields, regions and contacts."""
    ids = [instructor.id for instructor in instructors]
    topics = _sets(session, select(Topic.instructor_id, Topic.title), Topic.instructor_id, ids)
    fields = _sets(
        session,
        select(InstructorField.instructor_id, Field.name).join(
            Field, Field.id == InstructorField.field_id
        ),
        InstructorField.instructor_id,
        ids,
    )
    serves = _sets(
        session,
        select(ServedRegion.instructor_id, ServedRegion.region_code),
        ServedRegion.instructor_id,
        ids,
    )
    contacts: dict[int, set[Any]] = defaultdict(set)
    query = select(Contact.instructor_id, Contact.channel, Contact.value)
    condition = id_lists.among(Contact.instructor_id, True)
    for owner, channel, value in session.execute(query.where(condition), id_lists.names(ids)):
        contacts[owner].add((channel, value))
    terms: dict[int, list[TermDays]] = defaultdict(list)
    days = select(Term.instructor_id, Term.first, Term.last)
    condition = id_lists.among(Term.instructor_id, True)
    for owner, first, last in session.execute(days.where(condition), id_lists.names(ids)):
        terms[owner].append(TermDays(first, last))
    return [
        Known(
            id=one.id,
            name=one.name,
            workplace=one.workplace,
            title=one.title,
            gender=one.gender,
            birth_month=one.birth_month,
            topics=frozenset(topics[one.id]),
            fields=frozenset(map(names.normalise, fields[one.id])),
            serves=frozenset(serves[one.id]),
            contacts=frozenset(contacts[one.id]),
            reading=one.name_pinyin or "",
            introduction=one.introduction,
            terms=tuple(sorted(terms[one.id])),
        )
        for one in instructors
    ]


def _sets(
    session: Session, query: Select[int, str], owner: Any, ids: Collection[int]
) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = session.execute(query.where(id_lists.among(owner, True)), id_lists.names(ids))
    for instructor_id, value in rows:
        found[instructor_id].add(value)
    return found
