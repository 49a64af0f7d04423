"""Brute-force reference for searches: checks every instructor in memory.

Verifies the results of the directory, and is the unit of the ratios: a plain Python pass over
the same rows, without SQL.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import lineage, scope_prefix
from booking.directory.engine.search_query import Search
from booking.instructors.engine import names
from booking.instructors.models import (
    Field,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
)

AUDIENCE, FORMAT = "audience", "format"


@dataclass(frozen=True, slots=True)
class Known:
    """The attributes of an instructor that a search filters by."""

    id: int
    text: str
    pinyin: str
    fields: frozenset[str]
    """Codes, including those of parent fields."""
    serves: frozenset[str]
    suits: dict[str, frozenset[str]]
    """By AUDIENCE and FORMAT: codes of active topics; an empty code for a topic without any."""


def read(session: Session) -> list[Known]:
    """All listed instructors, in the order of the directory."""
    fields, serves, suits = _fields(session), _serves(session), _suits(session)
    query = (
        select(Instructor.id, Instructor.search_text, Instructor.search_pinyin)
        .where(Instructor.listed)
        .order_by(Instructor.sort_key, Instructor.id)
    )
    return [
        Known(
            instructor_id,
            text,
            pinyin,
            frozenset(fields[instructor_id]),
            frozenset(serves[instructor_id]),
            {kind: frozenset(suits[instructor_id, kind]) for kind in (AUDIENCE, FORMAT)},
        )
        for instructor_id, text, pinyin in session.execute(query)
    ]


def search(known: list[Known], wanted: Search) -> list[int]:
    """The ids of matching instructors, in the order of the directory."""
    words = names.words(names.normalise(wanted.words))
    return [instructor.id for instructor in known if _fits(instructor, wanted, words)]


def _fits(instructor: Known, wanted: Search, words: list[str]) -> bool:
    return (
        all(_has(instructor, word) for word in words)
        and (not wanted.field or wanted.field in instructor.fields)
        and (not wanted.region or teaches_in(instructor, wanted.region))
        and _suited(instructor, AUDIENCE, wanted.audience)
        and _suited(instructor, FORMAT, wanted.format)
    )


def _has(instructor: Known, word: str) -> bool:
    return word in instructor.text or (word.isascii() and f" {word}" in instructor.pinyin)


def teaches_in(instructor: Known, code: str) -> bool:
    """Whether the instructor serves the region, an ancestor or a descendant of it."""
    below = scope_prefix(code)
    return bool(instructor.serves.intersection(lineage(code))) or any(
        served.startswith(below) for served in instructor.serves
    )


def _suited(instructor: Known, kind: str, code: str) -> bool:
    return not code or bool(instructor.suits[kind] & {code, ""})


def _fields(session: Session) -> dict[int, set[str]]:
    codes: dict[int, set[str]] = {}
    for field_id, code, parent_id in session.execute(
        select(Field.id, Field.code, Field.parent_id).order_by(Field.id)
    ):
        codes[field_id] = {code} | codes.get(parent_id or 0, set())
    by_instructor: dict[int, set[str]] = defaultdict(set)
    for instructor_id, field_id in session.execute(
        select(InstructorField.instructor_id, InstructorField.field_id)
    ):
        by_instructor[instructor_id] |= codes[field_id]
    return by_instructor


def _serves(session: Session) -> dict[int, set[str]]:
    by_instructor: dict[int, set[str]] = defaultdict(set)
    query = select(ServedRegion.instructor_id, ServedRegion.region_code)
    for instructor_id, code in session.execute(query):
        by_instructor[instructor_id].add(code)
    return by_instructor


def _suits(session: Session) -> dict[tuple[int, str], set[str]]:
    by_trait: dict[tuple[int, str], set[str]] = defaultdict(set)
    query = select(Topic.instructor_id, Topic.audiences, Topic.formats).where(Topic.active)
    for instructor_id, audiences, formats in session.execute(query):
        by_trait[instructor_id, AUDIENCE] |= set(audiences) or {""}
        by_trait[instructor_id, FORMAT] |= set(formats) or {""}
    return by_trait
