"""The obvious way to search: every row of the register in memory, and a look at each.

It judges the answers of the directory and is the unit of their ratios: a bare pass of
Python over the same rows, without a database.
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
    """An instructor as a search sees one."""

    id: int
    text: str
    pinyin: str
    fields: frozenset[str]
    """Codes, those of the fields above included."""
    serves: frozenset[str]
    suits: dict[str, frozenset[str]]
    """The codes that active topics name; an empty code stands for a topic that names none."""


def read(session: Session) -> list[Known]:
    """Everybody who is listed, in the order of the directory."""
    fields, serves, suits = _fields(session), _serves(session), _suits(session)
    query = (
        select(Instructor.id, Instructor.search_text, Instructor.search_pinyin)
        .where(Instructor.listed)
        .order_by(Instructor.sort_key, Instructor.id)
    )
    return [
        Known(
            one,
            text,
            pinyin,
            frozenset(fields[one]),
            frozenset(serves[one]),
            {kind: frozenset(suits[one, kind]) for kind in (AUDIENCE, FORMAT)},
        )
        for one, text, pinyin in session.execute(query)
    ]


def search(known: list[Known], wanted: Search) -> list[int]:
    """The ids of all who fit, in the order of the directory."""
    words = names.words(names.normalise(wanted.words))
    return [one.id for one in known if _fits(one, wanted, words)]


def _fits(one: Known, wanted: Search, words: list[str]) -> bool:
    return (
        all(_has(one, word) for word in words)
        and (not wanted.field or wanted.field in one.fields)
        and (not wanted.region or teaches_in(one, wanted.region))
        and _suited(one, AUDIENCE, wanted.audience)
        and _suited(one, FORMAT, wanted.format)
    )


def _has(one: Known, word: str) -> bool:
    return word in one.text or (word.isascii() and f" {word}" in one.pinyin)


def teaches_in(one: Known, code: str) -> bool:
    """Serves the region, one above it or one within it."""
    below = scope_prefix(code)
    return bool(one.serves.intersection(lineage(code))) or any(
        served.startswith(below) for served in one.serves
    )


def _suited(one: Known, kind: str, code: str) -> bool:
    return not code or bool(one.suits[kind] & {code, ""})


def _fields(session: Session) -> dict[int, set[str]]:
    codes: dict[int, set[str]] = {}
    for field_id, code, parent_id in session.execute(
        select(Field.id, Field.code, Field.parent_id).order_by(Field.id)
    ):
        codes[field_id] = {code} | codes.get(parent_id or 0, set())
    found: dict[int, set[str]] = defaultdict(set)
    for one, field_id in session.execute(
        select(InstructorField.instructor_id, InstructorField.field_id)
    ):
        found[one] |= codes[field_id]
    return found


def _serves(session: Session) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    query = select(ServedRegion.instructor_id, ServedRegion.region_code)
    for one, code in session.execute(query):
        found[one].add(code)
    return found


def _suits(session: Session) -> dict[tuple[int, str], set[str]]:
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    query = select(Topic.instructor_id, Topic.audiences, Topic.formats).where(Topic.active)
    for one, audiences, formats in session.execute(query):
        found[one, AUDIENCE] |= set(audiences) or {""}
        found[one, FORMAT] |= set(formats) or {""}
    return found
