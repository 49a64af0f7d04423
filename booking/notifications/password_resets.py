"""Mails with a link to set a new password, written by the worker for those who have an account."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from flask_security.recoverable import send_reset_password_instructions
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.accounts.engine.delays import RESET
from booking.accounts.models import ResetRequest, User
from booking.accounts.sign_in import attempts
from booking.accounts.sign_in import limits as sign_in_limits
from booking.db import db, outages, unit_of_work

logger = logging.getLogger(__name__)

BATCH = 200
"""Requests of one round; the others wait for the next."""


def write_mails(now: datetime) -> None:
    """Write a mail for each request whose address has an account, at most so many an hour."""
    query = select(ResetRequest.id).order_by(ResetRequest.id).limit(BATCH)
    for request_id in db.session().scalars(query).all():
        try:
            # Addresses in mail come from the setting, for a worker has no request.
            with (
                current_app.test_request_context(base_url=current_app.config["BASE_URL"]),
                unit_of_work() as session,
            ):
                _write(session, request_id, now)
        except Exception as error:
            if outages.outage(error) is not None:
                raise
            # It would fail again in each round, and hold up all other mail.
            logger.exception("a request for a new password cannot be answered")
            with unit_of_work() as session:
                session.execute(delete(ResetRequest).where(ResetRequest.id == request_id))


def _write(session: Session, request_id: int, now: datetime) -> None:
    asked = session.get(ResetRequest, request_id, with_for_update=True)
    if asked is None:  # another worker was quicker
        return
    session.delete(asked)
    user = sign_in_limits.user_of(session, asked.email)
    if user is None or not user.active or not _few(session, user, now):
        return
    language = asked.language or user.language or current_app.config["LANGUAGES"][0]
    with force_locale(language):
        send_reset_password_instructions(user)  # type: ignore[no-untyped-call]
    session.flush()


def _few(session: Session, user: User, now: datetime) -> bool:
    """Whether this mail is one of the few that an account gets in an hour; counts it if so."""
    return not attempts.charge(session, {sign_in_limits.key_of(f"reset {user.id}"): RESET}, now=now)
