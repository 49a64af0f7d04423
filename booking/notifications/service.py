"""Turns events into deliveries: one rendered mail per recipient."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from flask import after_this_request, current_app, has_request_context, render_template
from flask.wrappers import Response
from flask_babel import force_locale
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
from booking.lectures.engine.lifecycle import EventKind, Side
from booking.notifications.engine.messages import Message, messages
from booking.notifications.models import Delivery
from booking.outbox.handlers import Handlers

_EMPTY_LINES = re.compile(r"\n\s*\n+")


def subscribe(handlers: Handlers) -> None:
    """Register the handler of the events of lectures."""
    for kind in OUTBOX_KINDS.values():
        handlers.register(kind, write_mails)


def write_mails(session: Session, event: LectureEvent, /, *, event_id: int, now: datetime) -> None:
    """Write the deliveries of one event."""
    for message in messages(event.kind):
        for user in _recipients(session, message.side, event):
            session.add(_delivery(event_id, event, message, user, now))


def _recipients(session: Session, side: Side, event: LectureEvent) -> list[User]:
    if side is Side.BRANCH:
        return users_of_organisation(session, event.organisation_id)
    users = users_of_instructor(session, event.instructor_id)
    if users or event.kind is not EventKind.REQUESTED:
        return users
    # A request needs an answer: without an account of the instructor, the coordinators get it.
    instructor = session.get_one(Instructor, event.instructor_id)
    return coordinators_of(session, instructor.region_code)


def _delivery(
    event_id: int, event: LectureEvent, message: Message, user: User, now: datetime
) -> Delivery:
    with force_locale(user.language or current_app.config["LANGUAGES"][0]):
        mail = _mail(event_id, event, message, user)
    return Delivery(
        event_id=event_id,
        recipient=user.email,
        subject=str(mail["Subject"])[:255],
        message=mail.as_bytes(policy=SMTP),
        lecture_id=event.lecture_id,
        sequence=event.sequence,
        created_at=now,
        next_try_at=now,
    )


def _mail(event_id: int, event: LectureEvent, message: Message, user: User) -> EmailMessage:
    """The rendered mail, in the current locale."""
    sender = current_app.config["MAIL_FROM"]
    values = {
        "event": event,
        "side": message.side,
        "user": user,
        "url": f"{current_app.config['BASE_URL']}/lectures/{event.number}",
        "answer_url": _answer_url(event, message, user),
    }
    folder = f"email/{message.template}"
    return invitation(
        sender=sender,
        sender_name=_("Yueke"),
        to=user.email,
        to_name=user.name,
        subject=render_template(f"{folder}/subject.txt", **values).strip(),
        text=_collapse_empty_lines(render_template(f"{folder}/body.txt", **values)),
        html=render_template("email/layout.html", body=f"{folder}/body.html", **values),
        calendar=_calendar(event, message, user, sender),
        method=message.method,
        message_id=_message_id(event_id, user.email, sender),
        date=event.at,
    )


def _collapse_empty_lines(text: str) -> str:
    """`text` with runs of empty lines, which template conditions leave, collapsed to one."""
    return _EMPTY_LINES.sub("\n\n", text).strip() + "\n"


def _calendar(event: LectureEvent, message: Message, user: User, sender: str) -> bytes | None:
    if message.method not in ("REQUEST", "CANCEL"):
        return None
    return invitation_calendar(
        facts_of(event, message.side),
        method="REQUEST" if message.method == "REQUEST" else "CANCEL",
        organizer_email=sender,
        organizer_name=_("Yueke"),
        attendee_email=user.email,
        attendee_name=user.name or user.email,
    )


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


def _message_id(event_id: int, recipient: str, sender: str) -> str:
    """A Message-ID that is stable per event and recipient, so clients drop duplicates."""
    digest = hashlib.sha256(f"{event_id} {recipient}".encode()).hexdigest()[:24]
    return f"<event-{event_id}-{digest}@{sender.partition('@')[2]}>"


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
        mail_from = current_app.config["MAIL_FROM"]
        mail = invitation(
            sender=mail_from,
            sender_name=_("Yueke"),
            to=address,
            to_name="",
            subject=str(subject),
            text=body or "",
            html=html or "",
            calendar=None,
            method=None,
            message_id=_message_id(0, f"{address} {template} {now.isoformat()}", mail_from),
            date=now,
        )
        db.session.add(
            Delivery(
                recipient=address,
                subject=str(subject)[:255],
                message=mail.as_bytes(policy=SMTP),
                created_at=now,
                next_try_at=now,
            )
        )
        if has_request_context():
            after_this_request(_commit_and_wake)
        else:
            after_commit(db.session(), "wake", jobs.wake)


def _commit_and_wake(response: Response) -> Response:
    commit_library_work()
    jobs.wake()
    return response
