"""Entries as the lines of an export, in a constant number of queries. Without contacts."""

from __future__ import annotations

from collections import Counter, defaultdict

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from booking.accounts.models import Region
from booking.instructors.models import Field, Instructor, InstructorField, ServedRegion, Topic
from booking.register.engine.roster import ColumnRole
from booking.workbooks.engine.sheets import Cell

COLUMNS = (
    ColumnRole.NAME,
    ColumnRole.WORKPLACE,
    ColumnRole.TITLE,
    ColumnRole.REGION,
    ColumnRole.FIELDS,
    ColumnRole.TOPICS,
    ColumnRole.SERVES,
)
"""The columns of an export: what its reader sees on pages.

No contacts, which domain rule 7 lets leave the database nowhere; neither gender nor month of birth.
"""

Conditions = tuple[ColumnElement[bool], ...]


def lines(session: Session, *conditions: ColumnElement[bool]) -> list[tuple[Cell, ...]]:
    """One line for each entry that fulfils the conditions, in the order of names."""
    people = session.execute(
        select(
            Instructor.id,
            Instructor.name,
            Instructor.workplace,
            Instructor.title,
            Instructor.region_code,
        )
        .where(*conditions)
        .order_by(Instructor.sort_key, Instructor.workplace, Instructor.id)
    ).all()
    regions = _region_names(session)
    fields = _texts(session, _of_people(conditions, _FIELDS))
    topics = _texts(session, _of_people(conditions, _TOPICS))
    serves = _texts(session, _of_people(conditions, _SERVES))
    return [
        (
            name,
            workplace,
            title,
            regions[region_code],
            "\n".join(fields[one]),
            "\n".join(topics[one]),
            "\n".join(regions[code] for code in serves[one]),
        )
        for one, name, workplace, title, region_code in people
    ]


_FIELDS = (
    select(InstructorField.instructor_id, Field.name)
    .join(Field, Field.id == InstructorField.field_id)
    .join(Instructor, Instructor.id == InstructorField.instructor_id)
    .order_by(Field.name)
)
_TOPICS = (
    select(Topic.instructor_id, Topic.title)
    .join(Instructor, Instructor.id == Topic.instructor_id)
    .where(Topic.active)
    .order_by(Topic.id)
)
_SERVES = (
    select(ServedRegion.instructor_id, ServedRegion.region_code)
    .join(Instructor, Instructor.id == ServedRegion.instructor_id)
    .order_by(ServedRegion.region_code)
)


def _of_people(conditions: Conditions, query: Select[int, str]) -> Select[int, str]:
    return query.where(*conditions)


def _texts(session: Session, query: Select[int, str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for owner, text in session.execute(query):
        found[owner].append(text)
    return found


def _region_names(session: Session) -> dict[str, str]:
    """Names by code; with the code in brackets where several regions share the name."""
    rows = session.execute(select(Region.code, Region.name)).all()
    uses = Counter(name for _code, name in rows)
    return {code: name if uses[name] == 1 else f"{name}（{code}）" for code, name in rows}
