"""Change an entry: at once, or by asking a coordinator. The caller owns the transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking import json_values
from booking.accounts.engine.roles import Actor
from booking.entries import changes, queries, values
from booking.entries.engine.errors import NothingBefore, TouchedSince
from booking.entries.engine.parts import (
    FOR_COORDINATORS,
    RESTORABLE,
    ChangeOutcome,
    Confirmation,
    EntryPart,
    Name,
    Person,
    TopicFacts,
    differences,
    needs_review,
    patched,
    read,
    touched_since,
    written,
)
from booking.entries.models import EntryChange
from booking.entries.reviews import service as reviews
from booking.errors import Forbidden, Invalid, NotFound
from booking.instructors import editable_entry, search_index
from booking.instructors import service as instructors
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.engine.vocabulary import TopicState
from booking.instructors.models import Instructor, Topic
from booking.instructors.service import InstructorFacts


def change(
    session: Session,
    *,
    entry: EditableEntry,
    part: EntryPart,
    value: Any,
    actor: Actor,
    now: datetime,
    topic_id: int | None = None,
    undoes_id: int | None = None,
) -> ChangeOutcome:
    """Change a part of an entry, or ask for it where the region reviews the person's changes.

    Raises `Forbidden` for what only coordinators change, `Invalid` or `AlreadyThere` for the value.
    """
    coordinates = actor.coordinates(entry.instructor.region_code)
    if part in FOR_COORDINATORS and not coordinates:
        raise Forbidden()
    current = values.read(session, entry.instructor, part, topic_id)
    if current == value:
        withdrawn = reviews.withdraw(session, entry=entry, part=part, topic_id=topic_id, now=now)
        return ChangeOutcome.SAVED if withdrawn else ChangeOutcome.UNCHANGED
    values.check(session, entry.instructor, part, value, topic_id)
    before, after = written(current), written(value)
    if (
        not coordinates
        and needs_review(part, before, after)
        and queries.is_reviewed(session, entry.instructor.region_code)
    ):
        reviews.ask(
            session,
            entry=entry,
            part=part,
            before=before,
            after=after,
            actor=actor,
            now=now,
            topic_id=topic_id,
        )
        return ChangeOutcome.WAITING
    changes.apply(
        session,
        entry=entry,
        part=part,
        value=value,
        actor=actor,
        now=now,
        topic_id=topic_id,
        undoes_id=undoes_id,
    )
    # What the person asked for before is overtaken by what they have now.
    if not coordinates:
        reviews.withdraw(session, entry=entry, part=part, topic_id=topic_id, now=now)
    return ChangeOutcome.SAVED


def add_topic(
    session: Session, *, entry: EditableEntry, facts: TopicFacts, actor: Actor, now: datetime
) -> tuple[Topic, ChangeOutcome]:
    """Add a topic; where it waits for review it is a draft until then."""
    values.check(session, entry.instructor, EntryPart.TOPIC, facts)
    wanted = facts.state
    asks = (
        wanted is TopicState.REVIEWED
        and not actor.coordinates(entry.instructor.region_code)
        and queries.is_reviewed(session, entry.instructor.region_code)
    )
    topic = instructors.new_topic(entry)
    values.set_topic(topic, facts)
    if asks:
        topic.state = TopicState.DRAFT
    session.add(topic)
    entry.instructor.changed_at = now
    session.flush()
    search_index.refresh(session, [entry.instructor])
    changes.record(
        session,
        entry=entry,
        part=EntryPart.TOPIC,
        before=None,
        after=written(values.topic_facts(topic)),
        actor=actor,
        now=now,
        topic_id=topic.id,
    )
    if not asks:
        return topic, ChangeOutcome.SAVED
    outcome = change(
        session,
        entry=entry,
        part=EntryPart.TOPIC,
        value=facts,
        actor=actor,
        now=now,
        topic_id=topic.id,
    )
    return topic, outcome


def set_topic_state(
    session: Session,
    *,
    entry: EditableEntry,
    topic_id: int,
    state: TopicState,
    actor: Actor,
    now: datetime,
) -> ChangeOutcome:
    """Offer a topic, or retire it."""
    current = written(values.read(session, entry.instructor, EntryPart.TOPIC, topic_id))
    value = read(EntryPart.TOPIC, {**current, "state": state.value})
    return change(
        session,
        entry=entry,
        part=EntryPart.TOPIC,
        value=value,
        actor=actor,
        now=now,
        topic_id=topic_id,
    )


def confirm(session: Session, *, entry: EditableEntry, actor: Actor, now: datetime) -> None:
    """Note that all of an entry is still right; nothing that it says changes."""
    instructor = entry.instructor
    before = written(Confirmation(instructor.confirmed_at))
    instructor.confirmed_at, instructor.reminded_at = now, None
    changes.record(
        session,
        entry=entry,
        part=EntryPart.CONFIRMED,
        before=before,
        after=written(Confirmation(now)),
        actor=actor,
        now=now,
    )


def put_back(
    session: Session, *, entry: EditableEntry, change_id: int, actor: Actor, now: datetime
) -> ChangeOutcome:
    """Make what a change altered as it was before, as a new change.

    A topic that it added is retired. Raises `TouchedSince` if a later change touched the same
    fields, `NothingBefore` if what was before is not kept, `NotFound` for that of another.
    """
    row = session.get(EntryChange, change_id)
    if row is None or row.instructor_id != entry.id:
        raise NotFound()
    if row.part not in RESTORABLE or row.after is None:
        raise NothingBefore()
    if row.part is EntryPart.TOPIC and row.topic_id is None:
        raise TouchedSince()
    current = written(values.read(session, entry.instructor, row.part, row.topic_id))
    earlier = row.before or {**row.after, "state": TopicState.RETIRED.value}
    altered = differences(row.before, row.after) if row.before else differences(earlier, row.after)
    if touched_since(current, row.after, altered):
        raise TouchedSince()
    try:
        value = read(row.part, patched(current, row.after, earlier))
        return change(
            session,
            entry=entry,
            part=row.part,
            value=value,
            actor=actor,
            now=now,
            topic_id=row.topic_id,
            undoes_id=row.id,
        )
    except (json_values.Unreadable, Invalid):
        # Another release stored it, or a field or region of it is gone.
        raise NothingBefore() from None


def add_entry(
    session: Session, *, facts: InstructorFacts, actor: Actor, now: datetime
) -> Instructor:
    """Add an entry by hand; raises `AlreadyThere` for one that exists, `Invalid` for its values."""
    values.check_new(session, Name(facts.name, facts.name_pinyin or ""), facts.workplace)
    instructor = instructors.add_instructor(session, facts=facts, actor=actor, now=now)
    entry = editable_entry.editable(
        session, instructor_id=instructor.id, actor=actor, permission="entry.keep"
    )
    changes.record(
        session,
        entry=entry,
        part=EntryPart.ADDED,
        before=None,
        after=written(Person(instructor.id, instructor.name, instructor.workplace)),
        actor=actor,
        now=now,
    )
    return instructor
