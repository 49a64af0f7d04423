"""Entries as the lines of an export; a constant number of queries for each step of people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from booking.accounts.models import Region
from booking.availability.models import Term
from booking.db import id_lists
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import (
    Contact,
    Field,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
)
from booking.register.engine.roster import ColumnRole, TermDays
from booking.register.engine.term_days import written_term
from booking.register.exports.words import audience_line, format_line, gender_word
from booking.workbooks.engine.sheets import Cell

STEP = 500
"""People whose lines are read together."""


def people(session: Session, *conditions: ColumnElement[bool]) -> list[int]:
    """The ids of the entries that fulfil the conditions, in the order of names."""
    query = select(Instructor.id).where(*conditions)
    order = (Instructor.sort_key, Instructor.workplace, Instructor.id)
    return list(session.scalars(query.order_by(*order)))


def lines(
    session: Session,
    ids: Sequence[int],
    columns: Sequence[ColumnRole],
    progress: Callable[[int], None] = lambda _done: None,
) -> Iterator[tuple[Cell, ...]]:
    """A line for each entry, in the order of `ids`; `progress` is told how many were read."""
    regions = _region_names(session)
    for start in range(0, len(ids), STEP):
        step = ids[start : start + STEP]
        yield from _step(session, step, columns, regions)
        progress(start + len(step))


def _step(
    session: Session, ids: Sequence[int], columns: Sequence[ColumnRole], regions: dict[str, str]
) -> Iterator[tuple[Cell, ...]]:
    topics: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(_among(_TOPICS, Topic.instructor_id), id_lists.names(ids)):
        topics[row.instructor_id].append(row)
    fields = _texts(session, _FIELDS, InstructorField.instructor_id, ids)
    serves = _texts(session, _SERVES, ServedRegion.instructor_id, ids)
    terms: dict[int, list[str]] = defaultdict(list)
    for owner, first, last in session.execute(
        _among(_TERMS, Term.instructor_id), id_lists.names(ids)
    ):
        terms[owner].append(written_term(TermDays(first, last)))
    contacts = _contacts(session, ids) if ColumnRole.PHONE in columns else {}
    found = {
        one.id: one for one in session.execute(_among(_PEOPLE, Instructor.id), id_lists.names(ids))
    }
    for owner in ids:
        person = found.get(owner)
        if person is None:  # It was removed meanwhile.
            continue
        cells: dict[ColumnRole, Cell] = {
            ColumnRole.NAME: person.name,
            ColumnRole.READING: person.name_pinyin or "",
            ColumnRole.WORKPLACE: person.workplace,
            ColumnRole.TITLE: person.title,
            ColumnRole.GENDER: gender_word(person.gender),
            ColumnRole.BIRTH_MONTH: person.birth_month or "",
            ColumnRole.REGION: regions[person.region_code],
            ColumnRole.INTRODUCTION: person.introduction,
            ColumnRole.FIELDS: "\n".join(fields[owner]),
            ColumnRole.TOPICS: "\n".join(one.title for one in topics[owner]),
            ColumnRole.AUDIENCES: "\n".join(audience_line(one.audiences) for one in topics[owner]),
            ColumnRole.FORMATS: "\n".join(format_line(one.formats) for one in topics[owner]),
            ColumnRole.MINUTES: "\n".join(str(one.minutes) for one in topics[owner]),
            ColumnRole.SERVES: "\n".join(regions[code] for code in serves[owner]),
            ColumnRole.TERMS: "\n".join(terms[owner]),
            ColumnRole.PHONE: "\n".join(contacts.get((owner, Channel.PHONE), ())),
            ColumnRole.EMAIL: "\n".join(contacts.get((owner, Channel.EMAIL), ())),
        }
        yield tuple(cells[role] for role in columns)


_PEOPLE = select(
    Instructor.id,
    Instructor.name,
    Instructor.name_pinyin,
    Instructor.workplace,
    Instructor.title,
    Instructor.gender,
    Instructor.birth_month,
    Instructor.introduction,
    Instructor.region_code,
)
_FIELDS = (
    select(InstructorField.instructor_id, Field.name)
    .join(Field, Field.id == InstructorField.field_id)
    .order_by(Field.name)
)
_TOPICS = (
    select(Topic.instructor_id, Topic.title, Topic.audiences, Topic.formats, Topic.minutes)
    .where(Topic.active)
    .order_by(Topic.id)
)
_SERVES = select(ServedRegion.instructor_id, ServedRegion.region_code).order_by(
    ServedRegion.region_code
)
_TERMS = select(Term.instructor_id, Term.first, Term.last).order_by(Term.first)
_CONTACTS = select(Contact.instructor_id, Contact.channel, Contact.value).order_by(Contact.value)


def _among(query: Select[*tuple[Any, ...]], owner: Any) -> Select[*tuple[Any, ...]]:
    return query.where(id_lists.among(owner, True))


def _texts(
    session: Session, query: Select[*tuple[Any, ...]], owner: Any, ids: Sequence[int]
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for one, text in session.execute(_among(query, owner), id_lists.names(ids)):
        found[one].append(text)
    return found


def _contacts(session: Session, ids: Sequence[int]) -> dict[tuple[int, Channel], list[str]]:
    found: dict[tuple[int, Channel], list[str]] = defaultdict(list)
    rows = session.execute(_among(_CONTACTS, Contact.instructor_id), id_lists.names(ids))
    for owner, channel, value in rows:
        found[owner, channel].append(value)
    return found


def _region_names(session: Session) -> dict[str, str]:
    """Names by code; with the code in brackets where several regions share the name."""
    rows = session.execute(select(Region.code, Region.name)).all()
    uses = Counter(name for _code, name in rows)
    return {code: name if uses[name] == 1 else f"{name}（{code}）" for code, name in rows}
