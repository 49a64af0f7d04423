"""Reads of threads: which ones somebody takes part in, their messages, what is unread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from booking.accounts.engine.roles import Actor, Role
from booking.contacts.threads.engine.events import ThreadSide
from booking.contacts.threads.models import MessageThread, RelayedMessage
from booking.errors import NotFound

AT_ONCE = 50
MOST_MESSAGES = 200


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A thread of the list, and whether it has messages that the reader's side has not read."""

    thread: MessageThread
    side: ThreadSide
    unread: bool


def side_of(who: Actor, thread: MessageThread) -> ThreadSide | None:
    """On which side of a thread somebody is; None: on neither."""
    if thread.instructor_id in who.instructor_ids:
        return ThreadSide.INSTRUCTOR
    if who.has(Role.BRANCH) and thread.organisation_id in who.organisation_ids:
        return ThreadSide.BRANCH
    return None


def by_id(session: Session, thread_id: int, who: Actor) -> tuple[MessageThread, ThreadSide]:
    """The thread, and the actor's side; raises `NotFound`, also for coordinators."""
    thread = session.get(MessageThread, thread_id)
    side = None if thread is None else side_of(who, thread)
    if thread is None or side is None:
        raise NotFound()
    return thread, side


def messages_of(session: Session, thread_id: int) -> Sequence[RelayedMessage]:
    """The newest messages of a thread, in the order in which they were sent."""
    query = (
        select(RelayedMessage)
        .where(RelayedMessage.thread_id == thread_id)
        .order_by(RelayedMessage.id.desc())
        .limit(MOST_MESSAGES)
    )
    return session.scalars(query).all()[::-1]


def threads_of(session: Session, who: Actor) -> list[ThreadLine]:
    """The threads that somebody takes part in, the one changed last first."""
    query = (
        select(MessageThread, _unread(who))
        .where(_mine(who))
        .options(joinedload(MessageThread.instructor), joinedload(MessageThread.organisation))
        .order_by(MessageThread.changed_at.desc(), MessageThread.id.desc())
        .limit(AT_ONCE)
    )
    lines = []
    for thread, unread in session.execute(query):
        side = side_of(who, thread)
        if side is not None:
            lines.append(ThreadLine(thread, side, bool(unread)))
    return lines


def unread_threads(session: Session, who: Actor) -> int:
    """How many threads have messages that the actor's side has not read."""
    if not who.organisation_ids and not who.instructor_ids:
        return 0
    query = select(func.count()).select_from(MessageThread).where(_mine(who), _unread(who))
    return session.scalar(query) or 0


def thread_about(
    session: Session, reference: str, instructor_id: int, organisation_id: int
) -> MessageThread | None:
    """The thread about a lecture or request between these two, or None."""
    query = select(MessageThread).where(
        MessageThread.reference == reference,
        MessageThread.instructor_id == instructor_id,
        MessageThread.organisation_id == organisation_id,
    )
    return session.scalars(query).one_or_none()


def _mine(who: Actor) -> ColumnElement[bool]:
    return or_(
        MessageThread.instructor_id.in_(sorted(who.instructor_ids)),
        MessageThread.organisation_id.in_(sorted(who.organisation_ids)),
    )


def _unread(who: Actor) -> ColumnElement[bool]:
    """SQL condition: the other side wrote something after this side last looked."""
    message = aliased(RelayedMessage)
    own = MessageThread.instructor_id.in_(sorted(who.instructor_ids))

    def after(side: ThreadSide, read_at: ColumnElement[datetime | None]) -> ColumnElement[bool]:
        return (
            select(message.id)
            .where(
                message.thread_id == MessageThread.id,
                message.side == side.other,
                or_(read_at.is_(None), message.sent_at > read_at),
            )
            .exists()
        )

    return or_(
        and_(own, after(ThreadSide.INSTRUCTOR, MessageThread.instructor_read_at.expression)),
        and_(~own, after(ThreadSide.BRANCH, MessageThread.branch_read_at.expression)),
    )
