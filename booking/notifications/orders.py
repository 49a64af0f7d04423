"""Mails about orders: who is told of which event. Lectures of orders have the mails of lectures.

The branch is told of a time that is held for it, and of the end: settled (by the lecture's
invitation), not accepted, expired.
Coordinators are told what they must act on. What is only a step on the way, such as the next
instructor being asked, stands on the order's page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.accounts.service import coordinators_of, users_of_instructor, users_of_organisation
from booking.notifications.mail_queue import queue_mail
from booking.notifications.robots import messages as robots
from booking.orders.engine.events import ORDER_OUTBOX_KINDS, OrderEvent
from booking.orders.engine.lifecycle import OrderEventKind
from booking.outbox.handlers import Handlers

FOR_COORDINATORS = {
    OrderEventKind.PLACED: "order_placed",
    OrderEventKind.RETURNED: "order_returned",
    OrderEventKind.REOPENED: "order_returned",
    OrderEventKind.CLAIMED: "order_claimed",
}
FOR_BRANCH = {
    OrderEventKind.TIME_HELD: "order_time_held",
    OrderEventKind.REJECTED: "order_rejected",
    OrderEventKind.EXPIRED: "order_expired",
}
FOR_GUESTS = FOR_BRANCH | {
    OrderEventKind.FULFILLED: "order_shared",
    OrderEventKind.REOPENED: "order_reopened",
}
"""The mail of each kind of event. A branch with a lecture of its own has the lecture's mails."""


class OrderMail(NamedTuple):
    """One mail: its folder in templates/email, its reader, and the page that it leads to."""

    template: str
    user: User
    path: str


def subscribe(handlers: Handlers) -> None:
    """Register the handler of the events of orders."""
    for kind in ORDER_OUTBOX_KINDS.values():
        handlers.register(kind, write_mails)


def write_mails(session: Session, event: OrderEvent, /, *, event_id: int, now: datetime) -> None:
    """Queue the mails about one event of an order, one for each recipient."""
    robots.tell_of_order(session, event, event_id=event_id, now=now)
    told: set[int] = set()
    for mail in _mails(session, event):
        if mail.user.id in told:
            continue
        told.add(mail.user.id)
        queue_mail(
            session,
            template=mail.template,
            recipient=mail.user,
            values={
                "event": event,
                "url": f"{current_app.config['BASE_URL']}{mail.path}",
            },
            event_id=event_id,
            at=event.at,
            now=now,
        )


def _mails(session: Session, event: OrderEvent) -> Iterator[OrderMail]:
    page = f"/orders/{event.number}"
    if event.kind in FOR_COORDINATORS and _concerns_coordinators(event):
        users = coordinators_of(session, event.region_code)
        yield from _each(FOR_COORDINATORS[event.kind], users, page)
    if event.kind in FOR_BRANCH or (event.guest and event.kind in FOR_GUESTS):
        users = users_of_organisation(session, event.organisation_id)
        template = FOR_GUESTS[event.kind] if event.guest else FOR_BRANCH[event.kind]
        yield from _each(template, users, page)
    for instructor_id in event.instructor_ids:
        users = users_of_instructor(session, instructor_id)
        yield from _each("claim_not_accepted", users, "/needs")


def _concerns_coordinators(event: OrderEvent) -> bool:
    """Guests follow their host; the next in the queue is asked by itself."""
    return not event.guest and not event.next and event.first


def _each(template: str, users: list[User], path: str) -> Iterator[OrderMail]:
    for user in users:
        yield OrderMail(template, user, path)
