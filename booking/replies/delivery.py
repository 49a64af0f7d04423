"""The mails about answers that came back, and about addresses whose mail is returned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.accounts.service import coordinators_of, users_of_instructor, users_of_organisation
from booking.instructors.models import Instructor
from booking.lectures.models import Lecture
from booking.notifications.contacts import ContactLetter
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
from booking.sentences import N_

ONCE_WITHIN = timedelta(days=1)
"""How often somebody is told that replies in their name were not confirmed. Whoever forges them
must not be able to send mail to others by us."""


def subscribe(handlers: Handlers) -> None:
    """Register the handlers."""
    handlers.register(REPLY_TOLD, tell_of_reply)
    handlers.register(ADDRESS_RETURNED, tell_coordinators)


def tell_of_reply(session: Session, event: ReplyTold, /, *, event_id: int, now: datetime) -> None:
    """Queue the mails about one answer; none goes to an account that is closed."""
    user = session.get(User, event.user_id)
    if user is None or not user.active or user.email is None:
        return
    if event.notice is ReplyNotice.UNCONFIRMED and _told_lately(session, event, now):
        return
    lecture = None if event.lecture_id is None else session.get(Lecture, event.lecture_id)
    for reader, letter in _letters(session, event, user, lecture):
        path = f"/lectures/{event.number}" if lecture is not None else "/messages"
        delivery = queue_mail(
            session,
            template="reply_told",
            recipient=reader,
            values={"letter": letter, "url": f"{current_app.config['BASE_URL']}{path}"},
            event_id=event_id,
            at=event.at,
            now=now,
        )
        # An answer to this mail is one about the lecture; no later mail replaces it.
        if delivery is not None:
            delivery.lecture_id = event.lecture_id


def _told_lately(session: Session, event: ReplyTold, now: datetime) -> bool:
    query = (
        select(Delivery.id)
        .join(OutboxEvent, OutboxEvent.id == Delivery.event_id)
        .where(
            OutboxEvent.kind == REPLY_TOLD.name,
            Delivery.user_id == event.user_id,
            Delivery.lecture_id == event.lecture_id,
            Delivery.created_at > now - ONCE_WITHIN,
        )
        .limit(1)
    )
    return session.scalar(query) is not None


def _letters(
    session: Session, event: ReplyTold, user: User, lecture: Lecture | None
) -> Iterator[tuple[User, ContactLetter]]:
    if event.notice is not ReplyNotice.STANDS or lecture is None:
        yield user, _to_sender(event)
        return
    yield user, _stands(event)
    own = user.actor()
    declined_by_instructor = lecture.instructor_id in own.instructor_ids
    others = (
        users_of_organisation(session, lecture.organisation_id)
        if declined_by_instructor
        else users_of_instructor(session, lecture.instructor_id)
    )
    name = lecture.instructor.name if declined_by_instructor else lecture.organisation.name
    for other in others:
        if other.id != user.id:
            yield other, _other_side(event, name)


_OPEN = N_("Open the lecture's page")


def _to_sender(event: ReplyTold) -> ContactLetter:
    number = event.number or "—"
    match event.notice:
        case ReplyNotice.UNCONFIRMED:
            return ContactLetter(
                N_("Your answer to %(number)s was not accepted", number=number),
                (
                    N_(
                        "An answer in your name about %(number)s came from a calendar. Your mail "
                        "provider did not confirm that it is from you, so nothing was changed.",
                        number=number,
                    ),
                    N_("If it was yours, answer on the page. If it was not, ignore this mail."),
                ),
                _OPEN,
            )
        case ReplyNotice.NOT_RELAYED:
            return ContactLetter(
                N_("Your mail was not passed on"),
                (
                    N_("Your answer to a mail of this site was not passed on to the other side."),
                    N_("%(why)s", why=event.why),
                ),
                N_("Write on the site"),
            )
        case _:
            return ContactLetter(
                N_("Your calendar's answer to %(number)s could not be carried out", number=number),
                (
                    N_(
                        "Your calendar answered about %(number)s, and this could not be carried "
                        "out. The lecture stays as it is.",
                        number=number,
                    ),
                    N_("%(why)s", why=event.why),
                ),
                _OPEN,
            )


def _stands(event: ReplyTold) -> ContactLetter:
    return ContactLetter(
        N_("%(number)s still stands: do you want to cancel it?", number=event.number),
        (
            N_(
                "Your calendar declined the lecture %(number)s, which is confirmed. It was not "
                "cancelled by that.",
                number=event.number,
            ),
            N_("If you cannot come, propose another time or cancel it on its page. The other side "
               "was told of your answer."),
        ),
        _OPEN,
    )  # fmt: skip


def _other_side(event: ReplyTold, name: str) -> ContactLetter:
    return ContactLetter(
        N_("%(name)s may not come to %(number)s", name=name, number=event.number),
        (
            N_(
                "The calendar of %(name)s declined the lecture %(number)s, which is confirmed. It "
                "still stands.",
                name=name,
                number=event.number,
            ),
            N_("%(name)s was asked to propose another time or to cancel.", name=name),
        ),
        _OPEN,
    )


def tell_coordinators(
    session: Session, event: AddressReturned, /, *, event_id: int, now: datetime
) -> None:
    """Queue one mail to each coordinator of somebody whose mail is returned."""
    user = session.get(User, event.user_id)
    if user is None:
        return
    letter = ContactLetter(
        N_("Mail to %(name)s is returned", name=user.label if user.name else "—"),
        (
            N_(
                "Mail to %(name)s cannot be delivered: the address does not exist or takes "
                "no mail.",
                name=user.label if user.name else "—",
            ),
            N_("Ask for another address, which the person enters under “My account”. Until then "
               "tell of lectures by telephone."),
        ),
        N_("Open the person's page"),
    )  # fmt: skip
    url = f"{current_app.config['BASE_URL']}/people/{user.id}"
    for reader in _keepers(session, user):
        queue_mail(
            session,
            template="address_returned",
            recipient=reader,
            values={"letter": letter, "url": url},
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
