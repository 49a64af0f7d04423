"""Turns a reminder that is due into a mail."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.models import User
from booking.availability.engine.zones import local_date
from booking.instructors.engine.vocabulary import Format
from booking.lectures.changes import Change, snapshot
from booking.lectures.engine.states import EventKind, Party, State
from booking.lectures.models import Lecture
from booking.notifications.choices import service as choices
from booking.notifications.choices.engine.ways import MessageWay
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.mail_queue import queue_mail
from booking.notifications.reminders import queries
from booking.notifications.reminders.engine.events import LECTURE_REMINDER, ReminderDue
from booking.notifications.texts.lectures import TextFacts, queue_about
from booking.notifications.texts.queries import wants_texts
from booking.outbox.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Register the handler of reminders."""
    handlers.register(LECTURE_REMINDER, write_mail)


def write_mail(session: Session, event: ReminderDue, /, *, event_id: int, now: datetime) -> None:
    """Queue the mail, unless the lecture no longer stands so or would begin before it goes out."""
    lecture, user = session.get(Lecture, event.lecture_id), session.get(User, event.user_id)
    if lecture is None or user is None or not _stands(lecture, event):
        return
    goes_out = choices.send_at(session, user, MessageWay.MAIL, MessageKind.REMINDER, now=now)
    concerned = queries.is_concerned(session, lecture, user.id)
    if goes_out >= lecture.starts_at or not concerned:
        return
    _write_text(session, lecture, user, event_id, now)
    if user.email is None:
        return
    delivery = queue_mail(
        session,
        template="upcoming",
        recipient=user,
        values=_values(lecture, user, goes_out),
        event_id=event_id,
        at=event.at,
        now=now,
    )
    if delivery is not None:
        delivery.lecture_id, delivery.sequence = lecture.id, lecture.sequence


def _write_text(
    session: Session, lecture: Lecture, user: User, event_id: int, now: datetime
) -> None:
    """Queue the same reminder as a text, where somebody wants texts."""
    if not wants_texts(session, user, MessageKind.REMINDER):
        return
    online = lecture.format is Format.ONLINE
    facts = TextFacts(lecture.number, lecture.starts_at, lecture.region.name, online, lecture.title)
    delivery = queue_about(session, user, MessageKind.REMINDER, facts, event_id=event_id, now=now)
    delivery.lecture_id, delivery.sequence = lecture.id, lecture.sequence
    if delivery.next_try_at is not None and delivery.next_try_at >= lecture.starts_at:
        # It would ring after the beginning: the quiet hours end too late.
        delivery.next_try_at = delivery.message = None


def _stands(lecture: Lecture, event: ReminderDue) -> bool:
    return lecture.state is State.CONFIRMED and lecture.starts_at == event.starts_at


def _values(lecture: Lecture, user: User, goes_out: datetime) -> dict[str, object]:
    zone, base = i18n.zone(), current_app.config["BASE_URL"]
    change = Change(EventKind.CONFIRMED, lecture.state, None, Party.SYSTEM, None, goes_out)
    return {
        "event": snapshot(lecture, change),
        "days": (local_date(lecture.starts_at, zone) - local_date(goes_out, zone)).days,
        "url": f"{base}/lectures/{lecture.number}",
        "choices_url": f"{base}/notifications",
        "unsubscribe_url": choices.unsubscribe_url(user, MessageKind.REMINDER),
    }
