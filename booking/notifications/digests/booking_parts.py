"""What waits with lectures, orders, requests for contacts and mail."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.contacts.requests import queries as contact_requests
from booking.lectures.board import queries as board
from booking.lectures.proposals import queries as proposals
from booking.notifications.deliveries.queries import in_scope
from booking.notifications.digests.parts import Reader, WaitingLine
from booking.notifications.models import Delivery
from booking.orders.board import queries as orders
from booking.sentences import plural


def lectures(session: Session, reader: Reader) -> Sequence[WaitingLine]:
    """Requests to review, requests without an answer, lectures without a record, proposals."""
    counts = board.counts(session, reader.actor, now=reader.now, zone=reader.zone)
    asked = len(proposals.waiting_for_coordinator(session, reader.actor))
    return [
        WaitingLine(
            counts.review,
            plural("%(num)s request to review", "%(num)s requests to review", counts.review),
            "/board?show=review",
        ),
        WaitingLine(
            counts.waiting,
            plural(
                "%(num)s request without an answer",
                "%(num)s requests without an answer",
                counts.waiting,
            ),
            "/board",
        ),
        WaitingLine(
            counts.due_soon,
            plural(
                "%(num)s request whose answer is due within a day",
                "%(num)s requests whose answer is due within a day",
                counts.due_soon,
            ),
            "/board?due=soon",
        ),
        WaitingLine(
            counts.no_account,
            plural(
                "%(num)s request to an instructor without an account: please ask and answer",
                "%(num)s requests to instructors without an account: please ask and answer",
                counts.no_account,
            ),
            "/board?account=none",
        ),
        WaitingLine(
            asked,
            plural(
                "%(num)s proposed time that needs your answer",
                "%(num)s proposed times that need your answer",
                asked,
            ),
            "/board",
        ),
        WaitingLine(
            counts.record,
            plural(
                "%(num)s lecture without a record",
                "%(num)s lectures without a record",
                counts.record,
            ),
            "/board?show=record",
        ),
    ]


def open_orders(session: Session, reader: Reader) -> Sequence[WaitingLine]:
    """Orders that nobody has dispatched or claimed."""
    count = orders.counts(session, reader.actor).open
    sentence = plural("%(num)s open order", "%(num)s open orders", count)
    return [WaitingLine(count, sentence, "/orders/board")]


def requests_for_contacts(session: Session, reader: Reader) -> Sequence[WaitingLine]:
    """Branches that want to reach an instructor."""
    count = contact_requests.waiting_in_scope(session, reader.actor, reader.now)
    sentence = plural("%(num)s request for a contact", "%(num)s requests for contacts", count)
    return [WaitingLine(count, sentence, "/contact-requests/region")]


def undelivered_mail(session: Session, reader: Reader) -> Sequence[WaitingLine]:
    """Mail that was given up, and can be tried again."""
    query = select(func.count(Delivery.id)).where(
        in_scope(reader.actor),
        Delivery.next_try_at.is_(None),
        Delivery.sent_at.is_(None),
        Delivery.superseded_at.is_(None),
        Delivery.message.is_not(None),
    )
    count = session.scalar(query) or 0
    sentence = plural(
        "%(num)s mail that could not be delivered",
        "%(num)s mails that could not be delivered",
        count,
    )
    return [WaitingLine(count, sentence, "/manage/deliveries?state=parked")]


PARTS = (lectures, open_orders, requests_for_contacts)
