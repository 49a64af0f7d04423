"""Password-reset mails, written by the worker for addresses that have an account."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from flask_security.recoverable import send_reset_password_instructions
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.engine.delays import RESET
from booking.accounts.models import ResetRequest, User
from booking.accounts.sign_in import attempts
from booking.accounts.sign_in import limits as sign_in_limits
from booking.db import db, outages, unit_of_work

logger = logging.getLogger(__name__)

BATCH = 200
"""Maximum reset requests per round."""


def write_mails(now: datetime) -> None:
    """Write a mail for each reset request of an address with an account, rate-limited."""
    query = select(ResetRequest.id).order_by(ResetRequest.id).limit(BATCH)
    for request_id in db.session().scalars(query).all():
        try:
            # Links in mails use BASE_URL, because the worker has no request.
            with (
                current_app.test_request_context(base_url=current_app.config["BASE_URL"]),
                unit_of_work() as session,
            ):
                _write(session, request_id, now)
        except Exception as error:
            if outages.outage(error) is not None:
                raise
            # Kept, it would fail again in each round and block all other mail.
            logger.exception("a request for a new password cannot be answered")
            with unit_of_work() as session:
                session.execute(delete(ResetRequest).where(ResetRequest.id == request_id))


def _write(session: Session, request_id: int, now: datetime) -> None:
    reset_request = session.get(ResetRequest, request_id, with_for_update=True)
    if reset_request is None:  # another worker has handled it
        return
    session.delete(reset_request)
    user = sign_in_limits.user_of(session, reset_request.email)
    if (
        user is None
        or user.email is None
        or not user.active
        or not _within_limit(session, user, now)
    ):
        return
    language = reset_request.language or user.language or i18n.languages()[0]
    with force_locale(language):
        send_reset_password_instructions(user)  # type: ignore[no-untyped-call]
    session.flush()


def _within_limit(session: Session, user: User, now: datetime) -> bool:
    """Count a reset mail of this user; False if the rate limit per hour is exceeded."""
    return not attempts.charge(session, {sign_in_limits.key_of(f"reset {user.id}"): RESET}, now=now)
