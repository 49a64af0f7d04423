"""Have deliveries and events tried again, or give deliveries up. The caller owns transactions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from booking import audit, jobs
from booking.accounts.engine.roles import Actor
from booking.audit import About, Action, SubjectKind
from booking.db import after_commit
from booking.errors import Conflict, NotFound
from booking.notifications.deliveries.queries import EVENT_PARKED, in_scope
from booking.notifications.models import PARKED, Delivery
from booking.outbox.models import OutboxEvent
from booking.sentences import N_

GIVEN_UP = "given up"
"""What `Delivery.last_error` keeps where somebody gave a delivery up."""


class NothingToTry(Conflict):
    """The delivery was sent, is not needed any more, or is being sent."""

    sentence = N_("This message is no longer waiting. Load the page again to see what it became.")


def retry(session: Session, who: Actor, *, delivery_id: int, now: datetime) -> None:
    """Have a delivery tried now that waits or was given up; raises `NotFound`, `NothingToTry`.

    One attempt stays counted: a message about a lecture that has changed since its failure is then
    superseded instead of sent (`transmission.claims`).
    """
    _locked(session, who, delivery_id, now)
    _change(session, Delivery.id == delivery_id, next_try_at=now, attempts=1)
    _record(session, Action.MAIL_RETRIED, delivery_id, 1)
    after_commit(session, "wake", jobs.wake)


def retry_parked(session: Session, who: Actor, *, now: datetime) -> int:
    """Have all deliveries in scope tried again that were given up; returns how many."""
    condition = PARKED & Delivery.message.is_not(None) & in_scope(who)
    ids = session.scalars(select(Delivery.id).where(condition)).all()
    _change(session, condition, next_try_at=now, attempts=1)
    _record(session, Action.MAIL_RETRIED, None, len(ids))
    after_commit(session, "wake", jobs.wake)
    return len(ids)


def give_up(session: Session, who: Actor, *, delivery_id: int, now: datetime) -> None:
    """Try a delivery no more; raises `NotFound`, `NothingToTry`."""
    _locked(session, who, delivery_id, now)
    _change(session, Delivery.id == delivery_id, next_try_at=None, last_error=GIVEN_UP)
    _record(session, Action.MAIL_GIVEN_UP, delivery_id, 1)


def retry_events(session: Session, *, event_id: int | None = None) -> int:
    """Have events handled again that were given up, or one of them; returns how many."""
    condition = EVENT_PARKED if event_id is None else EVENT_PARKED & (OutboxEvent.id == event_id)
    query = select(OutboxEvent).where(condition).order_by(OutboxEvent.id).with_for_update()
    events = session.scalars(query).all()
    for event in events:
        event.attempts = 0
        audit.record(session, Action.EVENT_RETRIED, detail={"event": event.kind})
    after_commit(session, "wake", jobs.wake)
    return len(events)


def retry_event(session: Session, *, event_id: int) -> None:
    """Have one event handled again that was given up; raises `NotFound`."""
    if not retry_events(session, event_id=event_id):
        raise NotFound()


def note_returned(session: Session, *, message_id: str, status: str, now: datetime) -> int | None:
    """Note that a mail came back, by its Message-ID; `status` as `5.1.1` (RFC 3463).

    Returns the id of the delivery; None where no delivery has this Message-ID.
    """
    query = select(Delivery).where(Delivery.message_id == message_id).with_for_update()
    delivery = session.scalars(query.order_by(Delivery.id).limit(1)).one_or_none()
    if delivery is None:
        return None
    delivery.returned_at = now
    delivery.last_error = f"returned, {status[:1]}50 {status}" if status else "returned"
    return delivery.id


def _locked(session: Session, who: Actor, delivery_id: int, now: datetime) -> None:
    query = select(Delivery).where(Delivery.id == delivery_id, in_scope(who))
    delivery = session.scalars(
        query.with_for_update(of=Delivery).execution_options(populate_existing=True)
    ).one_or_none()
    if delivery is None:
        raise NotFound()
    free = delivery.claimed_until is None or delivery.claimed_until <= now
    over = delivery.sent_at or delivery.superseded_at or delivery.returned_at
    if over is not None or not free or delivery.message is None:
        raise NothingToTry()


def _change(session: Session, condition: ColumnElement[bool], **values: object) -> None:
    changed = update(Delivery).where(condition).values(claimed_until=None, **values)
    session.execute(changed.execution_options(synchronize_session=False))


def _record(session: Session, action: Action, delivery_id: int | None, count: int) -> None:
    about = About(SubjectKind.MAIL, delivery_id)
    audit.record(session, action, about=about, detail={"mails": count})
