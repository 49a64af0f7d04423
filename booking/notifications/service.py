"""Turns the events of lectures into mails, and queues the mails of Flask-Security."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import after_this_request, current_app, has_request_context
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_security.mail_util import MailUtil
from sqlalchemy.orm import Session

from booking import clock, jobs
from booking.accounts.models import User
from booking.accounts.service import (
    coordinators_of,
    users_of_instructor,
    users_of_organisation,
)
from booking.calendars.engine.ical import invitation_calendar
from booking.calendars.engine.mime import invitation
from booking.calendars.service import facts_of
from booking.db import after_commit, commit_library_work, db
from booking.instructors.models import Instructor
from booking.lectures.engine import answer_links
from booking.lectures.engine.events import OUTBOX_KINDS, LectureEvent
from booking.lectures.engine.states import EventKind, Side
from booking.notifications.engine.messages import Message, messages
from booking.notifications.mail_queue import (
    CalendarPart,
    language_of,
    message_id,
    queue_mail,
    store,
)
from booking.orders import queries as order_queries
from booking.outbox.handlers import Handlers

QUIET_FOR_ORDERS = frozenset(
    {EventKind.REQUESTED, EventKind.DECLINED, EventKind.EXPIRED, EventKind.WITHDRAWN}
)
"""Of these the branch of a dispatched order is not told by mail: somebody else is asked then."""


def subscribe(handlers: Handlers) -> None:
    """Register the handler of the events of lectures."""
    for kind in OUTBOX_KINDS.values():
        handlers.register(kind, write_mails)


def write_mails(session: Session, event: LectureEvent, /, *, event_id: int, now: datetime) -> None:
    """Queue the mails about one event of a lecture, one for each recipient."""
    for message, user in _recipients(session, event):
        delivery = queue_mail(
            session,
            template=message.template,
            recipient=user,
            values={
                "event": event,
                "side": message.side,
                "url": f"{current_app.config['BASE_URL']}/lectures/{event.number}",
                "answer_url": _answer_url(event, message, user),
            },
            event_id=event_id,
            at=event.at,
            now=now,
            calendar=_calendar(event, message, user),
        )
        delivery.lecture_id, delivery.sequence = event.lecture_id, event.sequence


def _recipients(session: Session, event: LectureEvent) -> list[tuple[Message, User]]:
    """Who gets which message; somebody who belongs to both sides gets the first message only."""
    found: dict[int, tuple[Message, User]] = {}
    quiet = event.kind in QUIET_FOR_ORDERS and order_queries.is_dispatched(
        session, event.lecture_id
    )
    for message in messages(event.kind):
        if quiet and message.side is Side.BRANCH:
            continue
        for user in _users_of(session, message.side, event):
            found.setdefault(user.id, (message, user))
    return list(found.values())


def _users_of(session: Session, side: Side, event: LectureEvent) -> list[User]:
    if side is Side.BRANCH:
        return users_of_organisation(session, event.organisation_id)
    users = users_of_instructor(session, event.instructor_id)
    if users or event.kind is not EventKind.REQUESTED:
        return users
    # A request needs an answer: without an account of the instructor, the coordinators get it.
    instructor = session.get_one(Instructor, event.instructor_id)
    return coordinators_of(session, instructor.region_code)


def _calendar(event: LectureEvent, message: Message, user: User) -> CalendarPart | None:
    if message.method is None:
        return None
    with language_of(user):
        content = invitation_calendar(
            facts_of(event, message.side),
            method=message.method,
            organizer_email=current_app.config["MAIL_FROM"],
            organizer_name=_("Yueke"),
            attendee_email=user.email,
            attendee_name=user.name or user.email,
        )
    return CalendarPart(content, message.method)


def _answer_url(event: LectureEvent, message: Message, user: User) -> str | None:
    if event.kind is not EventKind.REQUESTED or message.side is not Side.INSTRUCTOR:
        return None
    if event.instructor_id not in user.actor().instructor_ids:
        return None
    answer = answer_links.Answer(
        number=event.number,
        sequence=event.sequence,
        instructor_id=event.instructor_id,
        user_id=user.id,
        until=event.reply_due_at,
    )
    token = answer_links.sign(answer, current_app.config["SECRET_KEY"])
    return f"{current_app.config['BASE_URL']}/answer/{token}"


class QueuedMail(MailUtil):
    """Flask-Security's mail interface, which stores its mails as deliveries."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        """Store a mail as a delivery; it is committed at the end of the request.

        A CLI command has no request: its unit of work commits.
        """
        address = recipient if isinstance(recipient, str) else recipient[1]
        now = clock.now()
        mail = invitation(
            sender=current_app.config["MAIL_FROM"],
            sender_name=_("Yueke"),
            to=address,
            to_name="",
            subject=str(subject),
            text=body or "",
            html=html or "",
            calendar=None,
            method=None,
            message_id=message_id(0, f"{address} {template} {now.isoformat()}"),
            date=now,
        )
        store(db.session(), mail, recipient=address, event_id=None, now=now)
        if has_request_context():
            after_this_request(_commit_and_wake)
        else:
            after_commit(db.session(), "wake", jobs.wake)


def _commit_and_wake(response: Response) -> Response:
    commit_library_work()
    jobs.wake()
    return response
