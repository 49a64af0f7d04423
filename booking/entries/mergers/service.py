"""Merge two entries into one. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.roles import Actor
from booking.accounts.models import Membership
from booking.availability.merger import has_hours
from booking.entries import changes
from booking.entries.engine.parts import EntryPart, Person, written
from booking.entries.mergers import distinctions
from booking.entries.mergers.queries import topics_of
from booking.entries.models import EntryChange, Portrait, RequestedChange, RequestState
from booking.entries.queries import OPEN
from booking.errors import Forbidden, Invalid, NotFound
from booking.instructors import editable_entry, search_index
from booking.instructors.editable_entry import EditableEntry
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import TopicState
from booking.instructors.merger import Merge, instructor_merging, move, move_topics
from booking.instructors.models import (
    Contact,
    Instructor,
    InstructorField,
    MergedEntry,
    ServedRegion,
    Topic,
)
from booking.outbox import service as outbox
from booking.sentences import N_


def merge(
    session: Session,
    *,
    kept_id: int,
    dropped_id: int,
    takes_hours: bool,
    actor: Actor,
    now: datetime,
) -> Instructor:
    """Make two entries one; returns the one that stays.

    Raises `NotFound` unless the actor keeps both, `CannotMerge` if lectures or terms clash.
    """
    if kept_id == dropped_id:
        raise Invalid(N_("Choose another entry."))
    # In one order everywhere, so that two merges never wait for each other.
    locked = {one: _locked(session, one, actor) for one in sorted((kept_id, dropped_id))}
    kept, dropped = locked[kept_id], locked[dropped_id]
    gone = Person(dropped.id, dropped.instructor.name, dropped.instructor.workplace)
    merging = Merge(
        kept_id=kept_id,
        dropped_id=dropped_id,
        joined_topics=_join_topics(session, kept_id, dropped_id),
        takes_hours=takes_hours and not has_hours(session, kept_id),
        now=now,
    )
    instructor_merging.send(session, merge=merging)
    distinctions.follow_merger(session, kept_id=kept_id, dropped_id=dropped_id)
    _move_own(session, merging)
    _fill_gaps(session, kept.instructor, dropped.instructor)
    _remove(session, merging, dropped.instructor)
    outbox.rename_waiting(
        session,
        {"instructor_id": {dropped_id: kept_id}, "topic_id": dict(merging.joined_topics)},
    )
    return _finished(session, kept_id, gone, actor, now)


def _locked(session: Session, instructor_id: int, actor: Actor) -> EditableEntry:
    try:
        return editable_entry.editable(
            session, instructor_id=instructor_id, actor=actor, permission="entry.keep"
        )
    except Forbidden:
        raise NotFound() from None


def _join_topics(session: Session, kept_id: int, dropped_id: int) -> dict[int, int]:
    """Move the topics; those of one title are joined, and offered if either was."""
    by_title = {names.normalise(one.title): one for one in topics_of(session, kept_id)}
    joined = {}
    for topic in topics_of(session, dropped_id):
        same = by_title.get(names.normalise(topic.title))
        if same is None:
            topic.instructor_id = kept_id
            by_title[names.normalise(topic.title)] = topic
            continue
        joined[topic.id] = same.id
        same.summary = same.summary or topic.summary
        same.field_id = same.field_id or topic.field_id
        if topic.state is TopicState.REVIEWED:
            same.state = TopicState.REVIEWED
    session.flush()
    return joined


def _move_own(session: Session, merging: Merge) -> None:
    """Move what this feature and those below it keep of an entry."""
    kept_id, dropped_id = merging.kept_id, merging.dropped_id
    _drop_double(session, Membership, (Membership.user_id,), merging)
    _drop_double(session, InstructorField, (InstructorField.field_id,), merging)
    _drop_double(session, ServedRegion, (ServedRegion.region_code,), merging)
    _drop_double(session, Contact, (Contact.channel, Contact.value), merging)
    _drop_double(session, Portrait, (), merging)
    move(
        session,
        merging,
        Membership.instructor_id,
        InstructorField.instructor_id,
        ServedRegion.instructor_id,
        Contact.instructor_id,
        Portrait.instructor_id,
        EntryChange.instructor_id,
        MergedEntry.instructor_id,
    )
    # Both may have asked for the same: what was asked for the entry that stays is decided on.
    session.execute(
        update(RequestedChange)
        .where(RequestedChange.instructor_id == dropped_id, RequestedChange.state.in_(OPEN))
        .values(state=RequestState.WITHDRAWN, answered_at=merging.now)
    )
    move(session, merging, RequestedChange.instructor_id)
    move_topics(session, merging, EntryChange.topic_id, RequestedChange.topic_id)
    assert kept_id != dropped_id


def _drop_double(session: Session, table: Any, columns: Sequence[Any], merging: Merge) -> None:
    """Delete rows of the entry that goes which the one that stays has too."""
    for row in session.execute(
        select(*(columns or (table.instructor_id,))).where(table.instructor_id == merging.kept_id)
    ).all():
        same = [column == value for column, value in zip(columns, row, strict=False)]
        session.execute(delete(table).where(table.instructor_id == merging.dropped_id, *same))


def _fill_gaps(session: Session, kept: Instructor, dropped: Instructor) -> None:
    """Take over single values that the entry that stays does not have."""
    for name in ("name_pinyin", "title", "introduction", "gender", "birth_month"):
        if not getattr(kept, name):
            setattr(kept, name, getattr(dropped, name))
    kept.sort_key = names.sort_key(kept.name, kept.name_pinyin)
    seen = [one.confirmed_at for one in (kept, dropped) if one.confirmed_at is not None]
    kept.confirmed_at = max(seen, default=None)
    session.flush()


def _remove(session: Session, merging: Merge, dropped: Instructor) -> None:
    session.add(
        MergedEntry(
            old_id=dropped.id,
            instructor_id=merging.kept_id,
            name=dropped.name,
            workplace=dropped.workplace,
            merged_at=merging.now,
        )
    )
    session.flush()
    session.execute(delete(Topic).where(Topic.id.in_(merging.joined_topics)))
    session.execute(delete(Instructor).where(Instructor.id == dropped.id))
    session.expire_all()


def _finished(
    session: Session, kept_id: int, gone: Person, actor: Actor, now: datetime
) -> Instructor:
    entry = _locked(session, kept_id, actor)
    entry.instructor.changed_at = now
    search_index.refresh(session, [entry.instructor])
    changes.record(
        session,
        entry=entry,
        part=EntryPart.MERGED,
        before=None,
        after=written(gone),
        actor=actor,
        now=now,
    )
    audit.record(
        session,
        audit.Action.ENTRIES_MERGED,
        about=changes.about(entry.instructor),
        region_code=entry.instructor.region_code,
        detail={"merged": gone.id},
    )
    return entry.instructor
