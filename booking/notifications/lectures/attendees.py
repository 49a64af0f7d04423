"""Mails to named attendees, who have no account: calendars get the lecture, and lose it again.

Each mail has the calendar with its reader as the only attendee (calendar rules 15 and 52). Who was
named or removed is told in that transaction, everything later by the events of the lecture.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from booking import i18n, jobs
from booking.calendars.engine.ical import invitation_calendar
from booking.calendars.engine.mime import invitation
from booking.calendars.facts import facts_of
from booking.db import after_commit
from booking.lectures.attendees import queries
from booking.lectures.attendees.engine import leave_links
from booking.lectures.attendees.models import NamedAttendee
from booking.lectures.attendees.service import attendee_named, attendee_removed
from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import Side
from booking.lectures.engine.transitions import PUBLISHED
from booking.notifications.engine.itip import Entry
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.engine.messages import messages
from booking.notifications.mail_queue import message_id, shortened, store, wording
from booking.notifications.models import MAIL, Delivery
from booking.settings import mail_server

OTHER_CALL = "the attendee was named or removed since"
LATER = timedelta(seconds=1)


def subscribe() -> None:
    """Connect the signals."""
    attendee_named.connect(_on_named)
    attendee_removed.connect(_on_removed)


def write(session: Session, event: LectureEvent, *, event_id: int, now: datetime) -> None:
    """Queue the mails to the named attendees about one event of their lecture."""
    stands = event.state in PUBLISHED
    concerns = not stands or any(one.method == "REQUEST" for one in messages(event))
    if not concerns or event.starts_at <= now:
        return
    told = _recipients(session, Delivery.event_id == event_id)
    for attendee in queries.of_lecture(session, event.lecture_id, lock=True):
        if attendee.email in told or event.at <= attendee.lecture_as_of:
            continue
        last = _last(session, event.lecture_id, attendee.email)
        holds = last is not None and last.itip_method == "REQUEST"
        if not stands and not holds:
            continue
        entry = Entry.CONFIRMED if stands else Entry.CANCELLED
        delivery = _queue(
            session, attendee, event, entry, event_id=event_id, changed=holds, now=now
        )
        delivery.sequence = event.sequence


def _on_named(
    session: Session, *, attendee: NamedAttendee, event: LectureEvent, now: datetime, **_more: Any
) -> None:
    """Invite somebody to a lecture that stands already, unless a side's mail reached them."""
    if event.state not in PUBLISHED or event.starts_at <= now:
        return
    of_sides = (
        Delivery.lecture_id == event.lecture_id,
        Delivery.user_id.is_not(None),
        Delivery.itip_method.is_not(None),
    )
    if attendee.email in _recipients(session, *of_sides):
        return
    last = _last(session, event.lecture_id, attendee.email)
    not_before = _withdraw_unsent(session, event.lecture_id, attendee.email, now)
    delivery = _queue(session, attendee, _now_as(event, last, now), Entry.CONFIRMED, now=not_before)
    delivery.sequence = event.sequence


def _on_removed(
    session: Session, *, attendee: NamedAttendee, event: LectureEvent, now: datetime, **_more: Any
) -> None:
    """Take the lecture out of the calendar of somebody who is removed, if it may be in it."""
    not_before = _withdraw_unsent(session, event.lecture_id, attendee.email, now)
    last = _last(session, event.lecture_id, attendee.email)
    if last is None or last.itip_method != "REQUEST" or event.starts_at <= now:
        return
    # It has no sequence for the queue: no change of the lecture makes it needless.
    _queue(session, attendee, _now_as(event, last, now), Entry.CANCELLED, now=not_before)


def _now_as(event: LectureEvent, last: Delivery | None, now: datetime) -> LectureEvent:
    """The lecture with a DTSTAMP after that of the last mail: it decides among equal SEQUENCEs.

    RFC 5546, section 2.1.5. A SEQUENCE of one attendee alone would make the next change of the
    lecture look old.
    """
    before = [] if last is None else [last.created_at + LATER]
    return replace(event, at=max(now, event.at, *before))


def _queue(
    session: Session,
    attendee: NamedAttendee,
    event: LectureEvent,
    entry: Entry,
    *,
    now: datetime,
    event_id: int | None = None,
    changed: bool = False,
) -> Delivery:
    cancelled = entry is Entry.CANCELLED
    address = attendee.email
    known = i18n.languages()
    language = attendee.language if attendee.language in known else known[0]
    facts = facts_of(
        event, Side.BRANCH, language=language, cancelled=cancelled, note=False, page=False
    )
    with force_locale(language):
        words = wording(
            "attendee_removed" if cancelled else "attendee_invited",
            {
                "event": event,
                "name": attendee.name,
                "changed": changed,
                "lecture_stands": event.state in PUBLISHED,
                "leave_url": _leave_url(attendee),
            },
        )
        mail = invitation(
            sender=mail_server.sender(),
            sender_name=i18n.site_name(),
            to=address,
            to_name=attendee.name,
            subject=shortened(words.subject),
            text=words.text,
            html=words.html,
            calendar=invitation_calendar(
                facts,
                method=entry.method,
                organizer_email=mail_server.sender(),
                organizer_name=i18n.site_name(),
                attendee_email=address,
                attendee_name=attendee.name,
                asks=False,
            ),
            method=entry.method,
            message_id=_message_id(event_id, address),
            date=event.at,
        )
    delivery = store(
        session, mail, recipient=address, event_id=event_id, kind=MessageKind.CALENDAR, now=now
    )
    delivery.lecture_id, delivery.itip_method = event.lecture_id, entry.method
    session.flush()
    after_commit(session, "wake", jobs.wake)
    return delivery


def _message_id(event_id: int | None, address: str) -> str:
    if event_id is not None:
        return message_id(event_id, address)
    return message_id(0, secrets.token_hex(16))


def _leave_url(attendee: NamedAttendee) -> str:
    config = current_app.config
    link = leave_links.Leaving(attendee.id, attendee.named_at)
    return f"{config['BASE_URL']}/leave/{leave_links.sign(link, config['SECRET_KEY'])}"


def _recipients(session: Session, *conditions: Any) -> frozenset[str]:
    """The mail addresses of deliveries, in lower case."""
    session.flush()
    query = select(func.lower(Delivery.recipient)).where(Delivery.channel == MAIL, *conditions)
    return frozenset(session.scalars(query))


def _last(session: Session, lecture_id: int, address: str) -> Delivery | None:
    """The last mail with a calendar to an attendee that was sent or may be; None: there is none."""
    query = (
        select(Delivery)
        .where(
            Delivery.lecture_id == lecture_id,
            Delivery.recipient == address,
            Delivery.user_id.is_(None),
            Delivery.itip_method.is_not(None),
            or_(Delivery.superseded_at.is_(None), Delivery.attempts > 0),
        )
        .order_by(Delivery.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def _withdraw_unsent(session: Session, lecture_id: int, address: str, now: datetime) -> datetime:
    """Withdraw what waits for an attendee: it would arrive after what is said now.

    Returns when the next mail can go: at the end of the lease, if a worker is sending one.
    """
    query = (
        select(Delivery)
        .where(
            Delivery.lecture_id == lecture_id,
            Delivery.recipient == address,
            Delivery.user_id.is_(None),
            Delivery.sent_at.is_(None),
            Delivery.superseded_at.is_(None),
        )
        .order_by(Delivery.id.desc())
        .with_for_update()
    )
    not_before = now
    for delivery in session.scalars(query):
        if delivery.claimed_until is not None:
            not_before = max(not_before, delivery.claimed_until)
        delivery.superseded_at, delivery.last_error = now, OTHER_CALL
        delivery.next_try_at = delivery.claimed_until = delivery.message = None
    session.flush()
    return not_before
