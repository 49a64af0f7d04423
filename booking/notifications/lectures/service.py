"""Turns the events of lectures into mails, and queues the mails of Flask-Security."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.lectures.engine import answer_links
from booking.lectures.engine.agreement import Approver
from booking.lectures.engine.events import OUTBOX_KINDS, LectureEvent
from booking.lectures.engine.states import EventKind, Side, State
from booking.lectures.models import Lecture
from booking.lectures.proposals.open_proposals import open_proposal
from booking.lectures.records.queries import record_of
from booking.lectures.reminders.engine.events import PROPOSAL_REMINDER, REPLY_REMINDER
from booking.notifications.choices.engine.ways import is_urgent
from booking.notifications.engine.itip import Entry
from booking.notifications.engine.kinds import MessageKind, kind_of
from booking.notifications.engine.messages import REMINDERS, Message, Who, messages
from booking.notifications.lectures import attendees
from booking.notifications.lectures.calendar_parts import CalendarParts
from booking.notifications.lectures.recipients import recipients
from booking.notifications.mail_queue import queue_mail
from booking.notifications.robots import messages as robots
from booking.notifications.texts.lectures import write_texts
from booking.outbox.handlers import Handlers
from booking.sentences import N_, Sentence


def subscribe(handlers: Handlers) -> None:
    """Register the handler of the events of lectures."""
    for kind in OUTBOX_KINDS.values():
        handlers.register(kind, write_mails)
    handlers.register(REPLY_REMINDER, write_reminder)
    handlers.register(PROPOSAL_REMINDER, write_proposal_reminder)


def write_mails(session: Session, event: LectureEvent, /, *, event_id: int, now: datetime) -> None:
    """Queue the mails about one event of a lecture, one for each recipient."""
    _write(session, event, messages(event), event_id, now)
    attendees.write(session, event, event_id=event_id, now=now)
    robots.tell_of_lecture(session, event, event_id=event_id, now=now)


def write_reminder(
    session: Session, event: LectureEvent, /, *, event_id: int, now: datetime
) -> None:
    """Queue the mails that remind of a reply, unless it was given in the meantime."""
    lecture = session.get(Lecture, event.lecture_id)
    if lecture is None or (lecture.state, lecture.sequence) != (event.state, event.sequence):
        return
    _write(session, event, (REMINDERS[event.state],), event_id, now)
    robots.tell_of_reminder(session, event, event_id=event_id, now=now)


def write_proposal_reminder(
    session: Session, event: LectureEvent, /, *, event_id: int, now: datetime
) -> None:
    """Ask those again whose agreement to a proposal is missing, unless somebody answered."""
    proposal = open_proposal(session, event.lecture_id)
    told = event.proposal
    if told is None or proposal is None or proposal.id != told.proposal_id:
        return
    if proposal.pending == frozenset(told.pending):
        _write(session, event, messages(event), event_id, now)


def _write(
    session: Session,
    event: LectureEvent,
    about: tuple[Message, ...],
    event_id: int,
    now: datetime,
) -> None:
    record = record_of(session, event.lecture_id) if event.kind is EventKind.NOT_HELD else None
    calendars = CalendarParts(session, event)
    for message, user, approver in recipients(session, event, about):
        entry = calendars.entry(message, user)
        urgent = _is_urgent(event, message, now)
        delivery = queue_mail(
            session,
            template=message.template,
            recipient=user,
            values={
                "event": event,
                "side": message.side,
                "approver": approver,
                "url": _url(event, user),
                "answer_url": _answer_url(event, message, user, approver),
                "calendar_method": _said_method(entry),
                "calendar_words": _calendar_words(entry, message),
                "outcome": record.outcome if record else None,
            },
            event_id=event_id,
            at=event.at,
            now=now,
            calendar=calendars.part(entry, message.side, user) if entry else None,
            urgent=urgent,
        )
        if delivery is None:
            continue
        delivery.lecture_id, delivery.sequence = event.lecture_id, event.sequence
        delivery.itip_method = entry.method if entry else None
        if message.who is Who.EARLIER:
            # The last mail that this reader gets about the lecture: no later one replaces it.
            delivery.sequence = None
    write_texts(session, event, about, event_id, now)


def _said_method(entry: Entry | None) -> str | None:
    """The method that a template puts into words; of a tentative entry `_calendar_words` tells."""
    return None if entry is None or entry is Entry.TENTATIVE else entry.method


def _calendar_words(entry: Entry | None, message: Message) -> Sentence | None:
    """What the mail does to the calendar, where its template does not say so itself."""
    if entry is Entry.TENTATIVE:
        return N_("This mail enters the held time in your calendar, as not confirmed yet.")
    if entry is Entry.CANCELLED and message.method is None and message.template != "undone":
        return N_("This mail removes it from your calendar.")
    return None


def _url(event: LectureEvent, user: User) -> str:
    """The lecture's page; for an instructor who may not see it (any more), their own list."""
    instructor_ids = user.actor().instructor_ids
    concerned = {event.instructor_id}
    if event.proposal is not None and event.proposal.pending and not _closed(event):
        concerned.add(event.proposal.options[0].instructor_id)
    alone = instructor_ids and not instructor_ids & concerned
    outside = alone and event.organisation_id not in user.actor().organisation_ids
    path = "/inbox" if outside else f"/lectures/{event.number}"
    return f"{current_app.config['BASE_URL']}{path}"


def _closed(event: LectureEvent) -> bool:
    return event.kind in (
        EventKind.PROPOSAL_REFUSED,
        EventKind.PROPOSAL_RETRACTED,
        EventKind.PROPOSAL_LAPSED,
    )


def _is_urgent(event: LectureEvent, message: Message, now: datetime) -> bool:
    """Whether a change of the calendar is told to those, too, who have turned such mails off."""
    if kind_of(message.template) is not MessageKind.CALENDAR:
        return False
    before = () if event.before is None else (event.before.starts_at,)
    return is_urgent(now, event.starts_at, *before)


def _answer_url(
    event: LectureEvent, message: Message, user: User, approver: Approver | None
) -> str | None:
    secret, base = current_app.config["SECRET_KEY"], current_app.config["BASE_URL"]
    if approver is not None and event.proposal is not None:
        proposal = event.proposal
        link = answer_links.ProposalAnswer(
            proposal.proposal_id, approver, user.id, proposal.reply_due_at
        )
        return f"{base}/proposal/{answer_links.sign_proposal(link, secret)}"
    if event.state is not State.REQUESTED or message.side is not Side.INSTRUCTOR:
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
    return f"{base}/answer/{answer_links.sign(answer, secret)}"
