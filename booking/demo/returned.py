"""A person whose mail is returned, as the report of a mail server says."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.demo import security
from booking.notifications.mail_queue import message_id
from booking.notifications.models import Delivery
from booking.replies.engine.contents import Bounce, RecipientReport
from booking.replies.returns import service as returns


def add(session: Session, *, now: datetime) -> None:
    """Mark the address of the contact of a branch who joined last; nobody if there is none."""
    known = [email for email, _role in security.SIGN_INS]
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.role == Role.BRANCH,
            User.email.is_not(None),
            User.email.not_in(known),
            User.active,
        )
        .order_by(User.id.desc())
    )
    user = session.scalars(query).unique().first()
    if user is None or user.email is None:
        return
    sent_at = now - timedelta(hours=26)
    sent = Delivery(
        recipient=user.email,
        user_id=user.id,
        message_id=message_id(0, f"{user.email} demonstration"),
        subject="约课：讲师已接单",
        created_at=sent_at,
        next_try_at=None,
        attempts=1,
        sent_at=sent_at,
    )
    session.add(sent)
    session.flush()
    assert sent.message_id is not None
    report = RecipientReport((user.email.lower(),), "5.1.1", True)
    returns.note(session, Bounce(sent.message_id, (report,)), now - timedelta(hours=25))
