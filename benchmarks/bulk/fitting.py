"""Brute-force reference for match queries: checks each topic in memory.

Returns which instructors fit with which topics, whether free or not. Verifies the results of
matching, and is the unit of the ratios: a plain Python pass over the same rows, without SQL.
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
from booking.directory.engine.match_query import MatchQuery
from booking.directory.engine.search_query import Search
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Instructor, Topic


@dataclass(frozen=True, slots=True)
class Taught:
    """The attributes of a topic that a match query filters by."""

    id: int
    title: str
    field_id: int | None
    minutes: int
    only_online: bool
    for_audiences: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """The attributes of an instructor that a match query filters by."""

    known: Known
    home: str
    terms: tuple[tuple[date, date], ...]
    topics: tuple[Taught, ...]


def read(session: Session) -> list[Person]:
    """All listed instructors."""
    topics, terms = _topics(session), _terms(session)
    homes = dict(session.execute(select(Instructor.id, Instructor.region_code)).all())
    return [
        Person(
            instructor,
            homes[instructor.id],
            tuple(terms[instructor.id]),
            tuple(topics[instructor.id]),
        )
        for instructor in obvious.read(session)
    ]


def fitting(
    people: list[Person], match_query: MatchQuery, example: Taught | None
) -> dict[int, list[Taught]]:
    """The fitting topics by instructor id; only instructors with any."""
    search = Search(words=match_query.words, field=match_query.field)
    matching_ids = set(obvious.search([person.known for person in people], search))
    topics_by_id = {}
    for person in people:
        if person.known.id in matching_ids and _appointed(person, match_query):
            topics = [
                topic for topic in person.topics if _fits(person, topic, match_query, example)
            ]
            if topics:
                topics_by_id[person.known.id] = topics
    return topics_by_id


def _appointed(person: Person, match_query: MatchQuery) -> bool:
    return not person.terms or any(
        first <= match_query.last and match_query.first <= last for first, last in person.terms
    )


def _fits(person: Person, topic: Taught, match_query: MatchQuery, example: Taught | None) -> bool:
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
            or obvious.teaches_in(person.known, match_query.region_code)
        )
    )


def _topics(session: Session) -> dict[int, list[Taught]]:
    by_instructor: dict[int, list[Taught]] = defaultdict(list)
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
        audience_codes = frozenset(audience.value for audience in audiences)
        by_instructor[owner].append(
            Taught(topic, title, field_id, minutes, only_online, audience_codes)
        )
    return by_instructor


def _terms(session: Session) -> dict[int, list[tuple[date, date]]]:
    by_instructor: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for owner, first, last in session.execute(select(Term.instructor_id, Term.first, Term.last)):
        by_instructor[owner].append((first, last))
    return by_instructor
