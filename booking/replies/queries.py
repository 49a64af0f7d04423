"""Reads: the mails to which an answer or a report refers, and the lecture of a UID."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.contacts.threads.engine.events import MESSAGE_SENT
from booking.contacts.threads.models import MessageThread
from booking.installation import uid_suffix
from booking.lectures.models import Lecture
from booking.notifications.models import Delivery
from booking.outbox.models import OutboxEvent
from booking.replies.models import AttendeeReply, MailboxState, ReceivedMail


def received(session: Session, digest: str) -> ReceivedMail | None:
    """The record of a mail, or None."""
    return session.scalars(select(ReceivedMail).where(ReceivedMail.digest == digest)).one_or_none()


def lecture_of_uid(session: Session, uid: str) -> Lecture | None:
    """The lecture of this installation with a UID, or None."""
    if not uid.endswith(uid_suffix(session)):
        return None
    return session.scalars(select(Lecture).where(Lecture.uid == uid)).one_or_none()


def invited_user(session: Session, lecture_id: int, address: str) -> User | None:
    """The active user to whom a mail about a lecture went, at an address that still is theirs."""
    query = (
        select(User)
        .join(Delivery, Delivery.user_id == User.id)
        .where(
            Delivery.lecture_id == lecture_id,
            Delivery.channel == "mail",
            func.lower(Delivery.recipient) == address,
            func.lower(User.email) == address,
            User.active,
        )
        .order_by(User.id)
        .limit(1)
    )
    return session.scalars(query).unique().one_or_none()


def last_reply(session: Session, lecture_id: int, user_id: int) -> AttendeeReply | None:
    """The last calendar reply of an attendee, or None."""
    query = select(AttendeeReply).where(
        AttendeeReply.lecture_id == lecture_id, AttendeeReply.user_id == user_id
    )
    return session.scalars(query).one_or_none()


def referred(session: Session, message_ids: Sequence[str]) -> Delivery | None:
    """The mail of ours that is named first among Message-IDs, or None."""
    if not message_ids:
        return None
    query = (
        select(Delivery)
        .where(Delivery.message_id.in_(message_ids), Delivery.channel == "mail")
        .order_by(Delivery.id)
    )
    found = {one.message_id: one for one in session.scalars(query)}
    return next((found[one] for one in message_ids if one in found), None)


def thread_of(session: Session, delivery: Delivery) -> MessageThread | None:
    """The thread whose message a mail passed on, or None."""
    event = delivery.event_id and session.get(OutboxEvent, delivery.event_id)
    if not event or event.kind != MESSAGE_SENT.name:
        return None
    return session.get(MessageThread, event.payload.get("thread_id", -1))


def mailbox_state(session: Session) -> MailboxState | None:
    """How far the mailbox was read, or None before the first time."""
    return session.get(MailboxState, 1)


def user_with(session: Session, address: str) -> User | None:
    """The active user with an address, or None."""
    query = select(User).where(func.lower(User.email) == address, User.active)
    return session.scalars(query).unique().one_or_none()
