"""Marks an address whose mail is returned, and undoes it. The caller owns the transaction."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.models import User
from booking.accounts.service import as_subject
from booking.notifications.deliveries.service import note_returned
from booking.notifications.models import Delivery
from booking.outbox import service as outbox
from booking.replies.engine.contents import Bounce
from booking.replies.engine.events import ADDRESS_RETURNED, AddressReturned
from booking.replies.engine.outcomes import MailOutcome
from booking.replies.models import ReturnedAddress
from booking.replies.queries import referred

logger = logging.getLogger(__name__)


def note(session: Session, bounce: Bounce, now: datetime) -> MailOutcome:
    """Note a report about one of our mails; a report about another mail is foreign.

    The Message-ID is known to us and to who has received or carried the mail; the report must also
    name the address to which that mail went (RFC 3464, 2.3). One that names another is forged, or
    is about an address to which the recipient forwards: either says nothing of ours, and changes
    nothing. A failure that may pass marks nothing.
    """
    delivery = referred(session, [bounce.message_id] if bounce.message_id else [])
    if delivery is None:
        return MailOutcome.FOREIGN
    report = bounce.about(delivery.recipient)
    if report is None:
        logger.warning("a report of delivery names another recipient than that of its mail")
        return MailOutcome.FORGED
    if not report.permanent:
        return MailOutcome.DELAYED
    status = report.status[:12]
    if delivery.message_id is not None:
        note_returned(session, message_id=delivery.message_id, status=status, now=now)
    user = _owner(session, delivery)
    if user is not None:
        _mark(session, user, status, now)
    return MailOutcome.RETURNED


def _owner(session: Session, delivery: Delivery) -> User | None:
    """The user whose address it was, and still is; locked."""
    address = delivery.recipient.lower()
    query = select(User).where(func.lower(User.email) == address).with_for_update(of=User)
    return session.scalars(query).unique().one_or_none()


def _mark(session: Session, user: User, status: str, now: datetime) -> None:
    assert user.email is not None
    row = session.get(ReturnedAddress, user.id)
    if row is not None and row.address.lower() == user.email.lower():
        row.last_at, row.status = now, status
        return
    if row is None:
        row = ReturnedAddress(user_id=user.id)
        session.add(row)
    row.address, row.since, row.last_at = user.email, now, now
    row.status = status
    session.flush()
    audit.record(
        session,
        audit.Action.ADDRESS_RETURNED,
        about=as_subject(user),
        detail={"status": status},
    )
    outbox.record(session, ADDRESS_RETURNED, AddressReturned(now, user.id), now=now)


def arrives(session: Session, user_id: int) -> bool:
    """Undo the mark of a user, whose mail arrives again; returns whether there was one."""
    row = session.get(ReturnedAddress, user_id, with_for_update=True)
    if row is None:
        return False
    user = session.get_one(User, user_id)
    session.delete(row)
    audit.record(session, audit.Action.ADDRESS_ARRIVES, about=as_subject(user))
    session.flush()
    return True
