"""Writes the texts with codes for sign-in, for requests whose number has an account."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.codes import service as code_service
from booking.accounts.codes.models import SignInCode
from booking.accounts.codes.service import VALID
from booking.db import db, outages, unit_of_work
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.texts.engine.wordings import TextTemplate
from booking.notifications.texts.text_queue import queue_text

logger = logging.getLogger(__name__)

BATCH = 200
"""Most requests in one round."""


def write_texts(now: datetime) -> None:
    """Write a text for each request that waits; forget those that are over."""
    waiting = select(SignInCode.id).where(SignInCode.phone.is_not(None)).order_by(SignInCode.id)
    for request_id in db.session().scalars(waiting.limit(BATCH)).all():
        try:
            with unit_of_work() as session:
                _write(session, request_id, now)
        except Exception as error:
            if outages.outage(error) is not None:
                raise
            # Kept, it would fail again in each round and block all others.
            logger.exception("a request for a code cannot be answered")
            with unit_of_work() as session:
                asked = session.get(SignInCode, request_id)
                if asked is not None:
                    session.delete(asked)
    if db.session().scalar(select(SignInCode.id).limit(1)) is not None:
        with unit_of_work() as session:
            code_service.forget_old(session, now=now)


def _write(session: Session, request_id: int, now: datetime) -> None:
    made = code_service.make(session, request_id, now=now)
    if made is None:
        return
    queue_text(
        session,
        user=made.user,
        template=TextTemplate.CODE,
        values={"code": made.code, "minutes": str(int(VALID.total_seconds()) // 60)},
        link="",
        kind=MessageKind.ACCOUNT,
        event_id=None,
        now=now,
        until=made.until,
    )
