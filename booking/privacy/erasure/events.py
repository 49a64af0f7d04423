"""Events, queued mail and calendars that tell of a person who has left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from booking.calendars.feeds import service as feeds
from booking.calendars.feeds.models import Feed
from booking.calendars.models import FeedRevision, RenderedEvent, RenderedText
from booking.lectures.engine.states import Side
from booking.lectures.models import Lecture
from booking.nominations.models import Nomination
from booking.notifications.models import Delivery
from booking.orders.models import Order
from booking.outbox.models import OutboxEvent
from booking.privacy.erasure import rows
from booking.privacy.erasure.engine.replacements import (
    names_one_of,
    replaced,
    replaced_in_calendar,
)
from booking.privacy.erasure.subject import Subject


def erase(session: Session, who: Subject, *, now: datetime) -> None:
    """Replace names and contacts; mail about the person that waits is not sent any more."""
    event_ids = _payloads(session, who)
    _mails(session, who, event_ids, now)
    _calendars(session, who, now)


def _payloads(session: Session, who: Subject) -> list[int]:
    """Clean the payloads; returns the ids of the events that are about this person."""
    owners = _owners(session, who)
    mentioned = rows.mentions(OutboxEvent.payload, [*who.words])
    about = []
    for event_id, payload in session.execute(
        select(OutboxEvent.id, OutboxEvent.payload).where(mentioned)
    ).all():
        own = any(names_one_of(payload, name, keys) for name, keys in owners.items())
        if own:
            about.append(event_id)
        words = who.own_words if own else who.hidden_contacts
        cleaned = replaced(payload, words)
        if cleaned != payload:
            change = update(OutboxEvent).where(OutboxEvent.id == event_id)
            session.execute(change.values(payload=cleaned))
    return about


def _owners(session: Session, who: Subject) -> dict[str, frozenset[int]]:
    """By member of a payload: the keys with which it is about the person."""
    orders = select(Order.id).where(who.is_order(Order.id))
    nominations = select(Nomination.id).where(who.nominated())
    lectures = select(Lecture.id).where(who.is_entry(Lecture.instructor_id))
    return {
        "instructor_id": frozenset(who.instructor_ids),
        "lecture_id": frozenset(session.scalars(lectures)),
        "order_id": frozenset(session.scalars(orders)),
        "nomination_id": frozenset(session.scalars(nominations)),
    }


def _mails(session: Session, who: Subject, event_ids: list[int], now: datetime) -> None:
    of_lecture = who.is_lecture(Delivery.lecture_id)
    about = or_(of_lecture, Delivery.event_id.in_(event_ids))
    named = about & rows.mentions(Delivery.subject, who.words)
    for delivery in session.scalars(select(Delivery).where(named)):
        delivery.subject = str(replaced(delivery.subject, who.words))
    waiting = about & Delivery.sent_at.is_(None) & Delivery.message.is_not(None)
    for delivery in session.scalars(select(Delivery).where(waiting)):
        # What it says cannot be changed any more: it is a finished message.
        delivery.message, delivery.next_try_at = None, None
        delivery.superseded_at = delivery.superseded_at or now
    errors = rows.mentions(Delivery.last_error, who.hidden_contacts)
    rows.change(session, Delivery.last_error, errors, lambda text: replaced(text, who.words))
    session.flush()


def _calendars(session: Session, who: Subject, now: datetime) -> None:
    """Feeds answer 410 from now on; the branches' calendars tell the neutral label."""
    own = who.is_entry(Feed.instructor_id) | who.is_account(Feed.user_id)
    feeds.revoke_where(session, own, now=now)
    of_lecture = who.is_lecture(RenderedEvent.lecture_id)
    rows.change(
        session,
        RenderedEvent.text,
        of_lecture,
        lambda text: replaced_in_calendar(text, who.words),
    )
    rows.change(
        session,
        RenderedText.text,
        RenderedText.event_id.in_(select(RenderedEvent.id).where(of_lecture)),
        lambda text: replaced_in_calendar(text, who.words),
    )
    branches = select(RenderedEvent.owner_id).where(of_lecture, RenderedEvent.side == Side.BRANCH)
    _count_up(session, FeedRevision.owner_id.in_(branches))


def _count_up(session: Session, owners: Any) -> None:
    change = update(FeedRevision).where(FeedRevision.side == Side.BRANCH, owners)
    session.execute(
        change.values(
            revision=FeedRevision.revision + 1, requests=FeedRevision.requests + 1
        ).execution_options(synchronize_session=False)
    )
