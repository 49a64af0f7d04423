"""Requested changes: ask, approve, return, withdraw. The caller owns the transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.roles import Actor
from booking.accounts.models import Region
from booking.entries import changes, values
from booking.entries.engine.errors import AnsweredAlready
from booking.entries.engine.parts import EntryPart, patched, read, written
from booking.entries.models import RequestedChange, RequestState
from booking.entries.queries import OPEN
from booking.entries.reviews.engine.events import CHANGE_ANSWERED, ChangeAnswered
from booking.errors import Forbidden, Invalid, NotFound
from booking.instructors import editable_entry
from booking.instructors.editable_entry import EditableEntry
from booking.outbox import service as outbox
from booking.sentences import N_

LONGEST_REMARKS = 500


def ask(
    session: Session,
    *,
    entry: EditableEntry,
    part: EntryPart,
    before: Any,
    after: Any,
    actor: Actor,
    now: datetime,
    topic_id: int | None,
) -> RequestedChange:
    """Keep a change until a coordinator decides; one that waits for the same part is replaced."""
    row = _open(session, entry.id, part, topic_id)
    name = changes.name_of(session, actor)
    if row is None:
        row = RequestedChange(instructor_id=entry.id, part=part, topic_id=topic_id)
    row.before, row.after, row.state = before, after, RequestState.WAITING
    row.user_id, row.actor_name = actor.user_id, name
    row.asked_at, row.answered_at, row.remarks = now, None, ""
    session.add(row)
    session.flush()
    return row


def withdraw(
    session: Session, *, entry: EditableEntry, part: EntryPart, topic_id: int | None, now: datetime
) -> bool:
    """End what waits or was returned for a part, because it is no longer wanted."""
    row = _open(session, entry.id, part, topic_id)
    if row is None:
        return False
    row.state, row.answered_at = RequestState.WITHDRAWN, now
    session.flush()
    return True


def withdraw_request(
    session: Session, *, request_id: int, actor: Actor, now: datetime
) -> RequestedChange:
    """The person takes back what they asked for; raises `NotFound` for that of another."""
    row, _entry = _locked(session, request_id, actor, OPEN)
    row.state, row.answered_at = RequestState.WITHDRAWN, now
    session.flush()
    return row


def approve(
    session: Session, *, request_id: int, asked_at: datetime, actor: Actor, now: datetime
) -> RequestedChange:
    """Make a requested change the entry's, with its row of history.

    `asked_at` is that of the request which the coordinator has seen. Raises `AnsweredAlready` if it
    is another one by now, `Invalid` or `AlreadyThere` if the value may no longer be stored.
    """
    row, entry = _decided(session, request_id, asked_at, actor)
    current = written(values.read(session, entry.instructor, row.part, row.topic_id))
    wanted = patched(current, row.before, row.after)
    value = read(row.part, wanted)
    values.check(session, entry.instructor, row.part, value, row.topic_id)
    changes.apply(
        session,
        entry=entry,
        part=row.part,
        value=value,
        actor=actor,
        now=now,
        topic_id=row.topic_id,
    )
    row.state, row.answered_at = RequestState.APPROVED, now
    session.flush()
    _tell(session, row, actor)
    return row


def send_back(
    session: Session,
    *,
    request_id: int,
    asked_at: datetime,
    remarks: str,
    actor: Actor,
    now: datetime,
) -> RequestedChange:
    """Return a requested change to the person, with remarks; the entry stays as it is."""
    if not remarks:
        raise Invalid(N_("Say what should be different."), field="remarks")
    row, entry = _decided(session, request_id, asked_at, actor)
    row.state, row.answered_at, row.remarks = RequestState.RETURNED, now, remarks
    session.flush()
    _tell(session, row, actor)
    audit.record(
        session,
        audit.Action.ENTRY_RETURNED,
        about=changes.about(entry.instructor),
        region_code=entry.instructor.region_code,
        detail={"entry_part": row.part.value},
    )
    return row


def _tell(session: Session, row: RequestedChange, actor: Actor) -> None:
    """Record the event of which the person's mail is made; `row` was answered just now."""
    assert row.answered_at is not None, "only what was answered is told"
    event = ChangeAnswered(
        at=row.answered_at,
        instructor_id=row.instructor_id,
        instructor=row.instructor.name,
        part=row.part,
        topic="" if row.topic is None else row.topic.title,
        topic_id=row.topic_id,
        approved=row.state is RequestState.APPROVED,
        remarks=row.remarks,
        by_user_id=actor.user_id,
    )
    outbox.record(session, CHANGE_ANSWERED, event, now=event.at)
    session.flush()


def review_region(session: Session, code: str, *, reviews: bool) -> Region:
    """Set whether changes of entries in and under a region are reviewed; raises `NotFound`."""
    query = select(Region).where(Region.code == code).with_for_update()
    region = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if region is None:
        raise NotFound()
    if region.entry_reviews is not reviews:
        region.entry_reviews = reviews
        audit.record(
            session,
            audit.Action.REVIEW_CHANGED,
            region_code=code,
            detail={"entry_reviews": [not reviews, reviews]},
        )
    return region


def _open(
    session: Session, instructor_id: int, part: EntryPart, topic_id: int | None
) -> RequestedChange | None:
    query = select(RequestedChange).where(
        RequestedChange.instructor_id == instructor_id,
        RequestedChange.part == part,
        RequestedChange.topic_id == topic_id
        if topic_id is not None
        else RequestedChange.topic_id.is_(None),
        RequestedChange.state.in_(OPEN),
    )
    return session.scalars(query.order_by(RequestedChange.id.desc())).first()


def _locked(
    session: Session, request_id: int, actor: Actor, states: tuple[RequestState, ...]
) -> tuple[RequestedChange, EditableEntry]:
    row = session.get(RequestedChange, request_id)
    if row is None:
        raise NotFound()
    try:
        entry = editable_entry.editable(
            session, instructor_id=row.instructor_id, actor=actor, permission="entry.edit"
        )
    except Forbidden:
        raise NotFound() from None
    session.refresh(row)
    if row.state not in states:
        raise AnsweredAlready()
    return row, entry


def _decided(
    session: Session, request_id: int, asked_at: datetime, actor: Actor
) -> tuple[RequestedChange, EditableEntry]:
    row, entry = _locked(session, request_id, actor, (RequestState.WAITING,))
    if not actor.coordinates(entry.instructor.region_code):
        raise NotFound()
    if row.asked_at != asked_at:
        raise AnsweredAlready()
    return row, entry
