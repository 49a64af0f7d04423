"""Directory search in a constant number of queries, and the fields for its form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from booking.accounts.models import Region
from booking.accounts.queries import RegionRow
from booking.accounts.successors.queries import present_code
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import slot_request_for
from booking.availability.engine.slots import SlotFinder
from booking.availability.engine.zones import local_date
from booking.db import id_lists
from booking.directory.engine.cards import (
    Card,
    Entry,
    Named,
    Results,
    TopicLine,
    best_topic,
    suiting,
)
from booking.directory.engine.search_query import PAGE_SIZE, Search
from booking.directory.profile.queries import LINE
from booking.directory.search import search_sql
from booking.directory.search.terms import terms_of
from booking.instructors.models import (
    Field,
    Instructor,
    InstructorField,
    ServedRegion,
    Topic,
)
from booking.instructors.queries import Names, present_field_code
from booking.lectures.schedules.queries import schedules

LOOK_AHEAD = timedelta(days=21)


def find(
    session: Session,
    search: Search,
    *,
    here: str,
    organisation_id: int | None,
    now: datetime,
    zone: ZoneInfo,
) -> Results:
    """One page of the instructors that match, in pinyin order; those without hours come last.

    `here` is the requester's region, for travel times, and `organisation_id` the branch, whose
    cap applies. The register is searched once; topics, regions and slots are read only for
    the instructors on the page.
    """
    search = replace(search, synonyms=terms_of(session, search.words))
    page = search.page
    rows = search_sql.page(session, search, page)
    if not rows and page > 1:
        total = search_sql.count(session, search)
        page = max(1, -(-total // PAGE_SIZE))
        rows = search_sql.page(session, search, page)
    entries = _entries(session, rows)
    total = rows[0].total if rows else 0
    cards = _cards(session, entries, search, here, organisation_id, now, zone)
    return Results(cards, total, page)


def _entries(session: Session, rows: Sequence[search_sql.Hit]) -> list[Entry]:
    ids = [row.id for row in rows]
    topics, serves = _topics(session, ids), _serves(session, ids)
    return [
        Entry(
            id=row.id,
            name=row.name,
            name_pinyin=row.name_pinyin,
            title=row.title,
            workplace=row.workplace,
            region_code=row.region_code,
            topics=tuple(topics[row.id]),
            serves=tuple(serves[row.id]),
        )
        for row in rows
    ]


_LINES = (
    select(
        Topic.instructor_id,
        *LINE,
    )
    .where(id_lists.among(Topic.instructor_id, True), Topic.active)
    .order_by(Topic.id)
)
_SERVED = (
    select(ServedRegion.instructor_id, Region.code, Region.name, Region.name_en)
    .join(Region, Region.code == ServedRegion.region_code)
    .where(id_lists.among(ServedRegion.instructor_id, True))
    .order_by(Region.code)
)


def _topics(session: Session, ids: Sequence[int]) -> dict[int, list[TopicLine]]:
    """The active topics by instructor id, in order of topic id."""
    topics: dict[int, list[TopicLine]] = defaultdict(list)
    for row in session.connection().execute(_LINES, id_lists.names(ids)).all():
        topics[row.instructor_id].append(TopicLine(*row[1:]))
    return topics


def _serves(session: Session, ids: Sequence[int]) -> dict[int, list[Named]]:
    """The served regions by instructor id, in order of region code."""
    regions: dict[int, list[Named]] = defaultdict(list)
    for instructor_id, code, name, name_en in (
        session.connection().execute(_SERVED, id_lists.names(ids)).all()
    ):
        regions[instructor_id].append(Named(code, name, name_en))
    return regions


def _cards(
    session: Session,
    entries: Sequence[Entry],
    search: Search,
    here: str,
    organisation_id: int | None,
    now: datetime,
    zone: ZoneInfo,
) -> list[Card]:
    today = local_date(now, zone)
    last = today + LOOK_AHEAD
    ids = [entry.id for entry in entries]
    loaded = schedules(session, ids, first=today, last=last, now=now, zone=zone)
    finder = SlotFinder(first=today, last=last, now=now, zone=zone)
    cards = []
    for entry in entries:
        suited = suiting(entry.topics, search.audience, search.format)
        topic = best_topic(suited, search.terms)
        region = search.region or here or entry.region_code
        times: tuple[Interval, ...] = ()
        if topic is not None:
            slot_request = slot_request_for(topic, region, organisation_id, search.format)
            taken = loaded.taken.get(entry.id, [])
            times = finder.times(loaded.known[entry.id], taken, slot_request)
        not_open = loaded.known[entry.id].hours.none_given
        cards.append(Card(entry, topic, times, region, not_open))
    return cards


def is_empty(session: Session) -> bool:
    """Whether the register has no listed instructor at all."""
    return session.scalar(select(Instructor.id).where(Instructor.listed).limit(1)) is None


def with_successors(
    session: Session,
    search: Search,
    regions: Sequence[RegionRow],
    fields: Sequence[tuple[Names, Sequence[Names]]],
) -> Search:
    """The search with the region and the field that took in those of an old link."""
    known = {one.code for top, below in fields for one in (top, *below)}
    if search.region and search.region not in {region.code for region in regions}:
        search = replace(search, region=present_code(session, search.region))
    if search.field and search.field not in known:
        search = replace(search, field=present_field_code(session, search.field))
    return search


def top_fields(session: Session) -> Sequence[Row[int, str, str, str | None]]:
    """The top-level fields (id, code, name, name_en) in order of id."""
    query = select(Field.id, Field.code, Field.name, Field.name_en)
    return session.execute(
        query.where(Field.parent_id.is_(None), Field.merged_into_id.is_(None)).order_by(Field.id)
    ).all()


def field_counts(
    session: Session, *, public_only: bool = False
) -> list[tuple[Row[int, str, str, str | None], int]]:
    """The top-level fields, each with its number of listed instructors, sub-fields included.

    `public_only` counts the entries that everybody sees.
    """
    parent = func.coalesce(Field.parent_id, Field.id)
    owner = InstructorField.instructor_id
    hidden = select(Instructor.id).where(Instructor.listed.is_(False))
    agreed = select(Instructor.id).where(Instructor.listed.is_(True), Instructor.public.is_(True))
    query = (
        select(parent, func.count(func.distinct(owner)))
        .join(InstructorField, InstructorField.field_id == Field.id)
        # Excluding the few unlisted instructors is cheaper than joining all listed ones.
        .where(owner.in_(agreed) if public_only else owner.not_in(hidden))
        .group_by(parent)
    )
    counts = dict(session.execute(query).all())
    return [(field, counts.get(field.id, 0)) for field in top_fields(session)]
