"""The obvious way to find who could teach a need: a look at each topic in memory.

It says who fits and with which topics, free or not; it judges the answers of matching, and
is the unit of their ratios: a bare pass of Python over the same rows, without a database.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.bulk import obvious
from benchmarks.bulk.obvious import Known
from booking.availability.models import Term
from booking.directory.engine.matching import MatchQuery
from booking.directory.engine.search_query import Search
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Instructor, Topic


@dataclass(frozen=True, slots=True)
class Taught:
    """A topic as a need sees it."""

    id: int
    title: str
    field_id: int | None
    minutes: int
    only_online: bool
    for_audiences: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """An instructor as a need sees one."""

    known: Known
    home: str
    terms: tuple[tuple[date, date], ...]
    topics: tuple[Taught, ...]


def read(session: Session) -> list[Person]:
    """Everybody who is listed."""
    topics, terms = _topics(session), _terms(session)
    homes = dict(session.execute(select(Instructor.id, Instructor.region_code)).all())
    return [
        Person(one, homes[one.id], tuple(terms[one.id]), tuple(topics[one.id]))
        for one in obvious.read(session)
    ]


def fitting(
    people: list[Person], match_query: MatchQuery, example: Taught | None
) -> dict[int, list[Taught]]:
    """The topics that fit, of everybody who has any."""
    search = Search(words=match_query.words, field=match_query.field)
    right = set(obvious.search([one.known for one in people], search))
    found = {}
    for one in people:
        if one.known.id in right and _appointed(one, match_query):
            fit = [topic for topic in one.topics if _fits(one, topic, match_query, example)]
            if fit:
                found[one.known.id] = fit
    return found


def _appointed(one: Person, match_query: MatchQuery) -> bool:
    return not one.terms or any(
        first <= match_query.last and match_query.first <= last for first, last in one.terms
    )


def _fits(one: Person, topic: Taught, match_query: MatchQuery, example: Taught | None) -> bool:
    return (
        (match_query.minutes is None or topic.minutes <= match_query.minutes)
        and (example is None or example.title == topic.title or example.field_id == topic.field_id)
        and (
            match_query.audience is None
            or not topic.for_audiences
            or match_query.audience.value in topic.for_audiences
        )
        and (
            not match_query.region_code
            or topic.only_online
            or obvious.teaches_in(one.known, match_query.region_code)
        )
    )


def _topics(session: Session) -> dict[int, list[Taught]]:
    found: dict[int, list[Taught]] = defaultdict(list)
    query = select(
        Topic.instructor_id,
        Topic.id,
        Topic.title,
        Topic.field_id,
        Topic.minutes,
        Topic.formats,
        Topic.audiences,
    ).where(Topic.active)
    for owner, topic, title, field_id, minutes, formats, audiences in session.execute(query):
        only_online = formats == (Format.ONLINE,)
        named = frozenset(one.value for one in audiences)
        found[owner].append(Taught(topic, title, field_id, minutes, only_online, named))
    return found


def _terms(session: Session) -> dict[int, list[tuple[date, date]]]:
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for owner, first, last in session.execute(select(Term.instructor_id, Term.first, Term.last)):
        found[owner].append((first, last))
    return found
