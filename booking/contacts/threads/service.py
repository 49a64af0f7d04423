"""Pass messages on between a branch and an instructor, without an address of either.

The caller owns the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.contacts.errors import NobodyToTell
from booking.contacts.limits import check_sending
from booking.contacts.queries import accounts_of, members_of
from booking.contacts.threads.engine.events import (
    MESSAGE_SENT,
    MessageSent,
    ThreadSide,
    check_text,
)
from booking.contacts.threads.models import MessageThread, RelayedMessage
from booking.contacts.threads.queries import thread_about
from booking.outbox import service as outbox
from booking.text import plain


@dataclass(frozen=True, slots=True)
class Parts:
    """The two sides of a thread, and the lecture or request that it is about."""

    reference: str
    instructor_id: int
    organisation_id: int


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a message, for which side, and how many a day allows."""

    user_id: int
    name: str
    side: ThreadSide
    limit: int


def send(
    session: Session, parts: Parts, *, text: str, sender: Sender, now: datetime
) -> MessageThread:
    """Add a message to the thread, which begins with its first message.

    Raises `Invalid` (422) for an empty or long text, `NobodyToTell` (409) where the other side has
    no account, and `MessageLimit` (429).
    """
    text = plain(text).strip()
    check_text(text)
    check_sending(
        session,
        RelayedMessage.sender_id,
        RelayedMessage.sent_at,
        user_id=sender.user_id,
        now=now,
        limit=sender.limit,
    )
    if not reached(session, parts, sender.side.other):
        raise NobodyToTell()
    thread = _thread(session, parts, now)
    thread.changed_at = now
    message = RelayedMessage(
        thread_id=thread.id,
        side=sender.side,
        sender_id=sender.user_id,
        sender_name=sender.name[:60],
        text=text,
        sent_at=now,
    )
    session.add(message)
    session.flush()
    outbox.record(session, MESSAGE_SENT, MessageSent(now, thread.id, message.id), now=now)
    return thread


def reached(session: Session, parts: Parts, side: ThreadSide) -> bool:
    """Whether anybody with an account is on this side."""
    if side is ThreadSide.INSTRUCTOR:
        return bool(accounts_of(session, parts.instructor_id))
    return bool(members_of(session, parts.organisation_id))


def has_unread(session: Session, thread: MessageThread, side: ThreadSide) -> bool:
    """Whether the other side wrote something after this side last opened the thread."""
    instructor = side is ThreadSide.INSTRUCTOR
    read_at = thread.instructor_read_at if instructor else thread.branch_read_at
    query = select(RelayedMessage.id).where(
        RelayedMessage.thread_id == thread.id, RelayedMessage.side == side.other
    )
    if read_at is not None:
        query = query.where(RelayedMessage.sent_at > read_at)
    return session.scalar(query.limit(1)) is not None


def note_read(session: Session, thread: MessageThread, side: ThreadSide, now: datetime) -> None:
    """Remember that a side has opened the thread."""
    if side is ThreadSide.INSTRUCTOR:
        thread.instructor_read_at = now
    else:
        thread.branch_read_at = now
    session.flush()


def _thread(session: Session, parts: Parts, now: datetime) -> MessageThread:
    found = thread_about(session, parts.reference, parts.instructor_id, parts.organisation_id)
    if found is None:
        found = MessageThread(
            reference=parts.reference,
            instructor_id=parts.instructor_id,
            organisation_id=parts.organisation_id,
            created_at=now,
            changed_at=now,
        )
        session.add(found)
        session.flush()
    return found
