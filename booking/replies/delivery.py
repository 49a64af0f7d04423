"""The mails about answers that came back, and about addresses whose mail is returned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.accounts.service import coordinators_of, users_of_instructor, users_of_organisation
from booking.instructors.models import Instructor
from booking.lectures.changes import Change, snapshot
from booking.lectures.engine.states import EventKind, Party
from booking.lectures.models import Lecture
from booking.notifications.mail_queue import queue_mail
from booking.notifications.models import Delivery
from booking.outbox.handlers import Handlers
from booking.outbox.models import OutboxEvent
from booking.replies.engine.events import (
    ADDRESS_RETURNED,
    REPLY_TOLD,
    AddressReturned,
    ReplyNotice,
    ReplyTold,
)

WITHIN = timedelta(days=1)
MOST = {
    ReplyNotice.UNCONFIRMED: 1,
    ReplyNotice.STANDS: 1,
    ReplyNotice.NOT_RELAYED: 3,
    ReplyNotice.NOT_DONE: 3,
}
"""How often within `WITHIN` each is told about one lecture because of one person's mail. Whoever
forges mail must not be able to send mail to others by us, and a program that answers each of our
mails, without saying that it is one, must not get an answer to each of its own."""


_TO_SENDER = {
    ReplyNotice.UNCONFIRMED: "reply_unconfirmed",
    ReplyNotice.NOT_RELAYED: "reply_not_relayed",
}
"""The folder of the mail to who sent the answer."""


class ReplyLetter(NamedTuple):
    """One mail: its reader, its folder in templates/email, and the values of its templates."""

    reader: User
    template: str
    values: Mapping[str, object]


def subscribe(handlers: Handlers) -> None:
    """Register the handlers."""
    handlers.register(REPLY_TOLD, tell_of_reply)
    handlers.register(ADDRESS_RETURNED, tell_coordinators)


def tell_of_reply(session: Session, event: ReplyTold, /, *, event_id: int, now: datetime) -> None:
    """Queue the mails about one answer; none goes to an account that is closed."""
    user = session.get(User, event.user_id)
    if user is None or not user.active or user.email is None:
        return
    if _told_lately(session, event, event_id, now) >= MOST[event.notice]:
        return
    lecture = None if event.lecture_id is None else session.get(Lecture, event.lecture_id)
    path = f"/lectures/{event.number}" if lecture is not None else "/messages"
    for letter in _letters(session, event, user, lecture, now):
        delivery = queue_mail(
            session,
            template=letter.template,
            recipient=letter.reader,
            values={**letter.values, "url": f"{current_app.config['BASE_URL']}{path}"},
            event_id=event_id,
            at=event.at,
            now=now,
        )
        # An answer to this mail is one about the lecture; no later mail replaces it.
        if delivery is not None:
            delivery.lecture_id = event.lecture_id


def _told_lately(session: Session, event: ReplyTold, event_id: int, now: datetime) -> int:
    """How many earlier events of this kind have become mail to the same person."""
    query = (
        select(OutboxEvent.payload)
        .select_from(Delivery)
        .join(OutboxEvent, OutboxEvent.id == Delivery.event_id)
        .where(
            OutboxEvent.kind == REPLY_TOLD.name,
            Delivery.user_id == event.user_id,
            Delivery.lecture_id == event.lecture_id,
            Delivery.created_at > now - WITHIN,
            OutboxEvent.id != event_id,
        )
        .order_by(OutboxEvent.id)
    )
    earlier = session.scalars(query).all()
    return sum(payload.get("notice") == event.notice.value for payload in earlier)


def _letters(
    session: Session, event: ReplyTold, user: User, lecture: Lecture | None, now: datetime
) -> Iterator[ReplyLetter]:
    if event.notice is not ReplyNotice.STANDS or lecture is None:
        values = {"number": event.number or "—", "why": event.why}
        yield ReplyLetter(user, _TO_SENDER.get(event.notice, "reply_not_done"), values)
        return
    facts = snapshot(lecture, Change(EventKind.CONFIRMED, None, None, Party.SYSTEM, None, now))
    yield ReplyLetter(user, "reply_stands", {"event": facts})
    by_instructor = lecture.instructor_id in user.actor().instructor_ids
    others = (
        users_of_organisation(session, lecture.organisation_id)
        if by_instructor
        else users_of_instructor(session, lecture.instructor_id)
    )
    name = lecture.instructor.name if by_instructor else lecture.organisation.name
    for other in others:
        if other.id != user.id:
            yield ReplyLetter(other, "reply_doubtful", {"event": facts, "name": name})


def tell_coordinators(
    session: Session, event: AddressReturned, /, *, event_id: int, now: datetime
) -> None:
    """Queue one mail to each coordinator of somebody whose mail is returned."""
    user = session.get(User, event.user_id)
    if user is None:
        return
    url = f"{current_app.config['BASE_URL']}/people/{user.id}"
    for reader in _keepers(session, user):
        queue_mail(
            session,
            template="address_returned",
            recipient=reader,
            values={"name": user.label if user.name else "—", "url": url},
            event_id=event_id,
            at=event.at,
            now=now,
        )


def _keepers(session: Session, user: User) -> list[User]:
    """The coordinators of a user's regions; of a coordinator the administrators."""
    found: dict[int, User] = {}
    for membership in user.memberships:
        code = _region(session, membership)
        for one in coordinators_of(session, code) if code else _administrators(session):
            if one.id != user.id:
                found[one.id] = one
    return [found[one] for one in sorted(found)]


def _region(session: Session, membership: Membership) -> str | None:
    if membership.organisation is not None:
        return membership.organisation.region_code
    if membership.instructor_id is not None:
        return session.get_one(Instructor, membership.instructor_id).region_code
    return None


def _administrators(session: Session) -> list[User]:
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.role == Role.ADMIN, User.active, User.email.is_not(None))
        .order_by(User.id)
    )
    return list(session.scalars(query).unique())
