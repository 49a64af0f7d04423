"""Handles one mail that came back, exactly once whatever happens in between.

The record of the mail and what follows from it are committed together. What the rules of the pages
refuse is told to the sender in a second transaction, with the record.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from sqlalchemy.orm import Session

from booking.db import outages, refuse, unit_of_work
from booking.errors import Conflict, DomainError
from booking.replies import calendar_answers, queries, reader, relays
from booking.replies.engine.contents import MOST_BYTES, Incoming, Malformed
from booking.replies.engine.events import ReplyNotice
from booking.replies.engine.outcomes import MailOutcome
from booking.replies.models import ReceivedMail
from booking.replies.returns import service as returns

logger = logging.getLogger(__name__)

MOST_FAILURES = 3
"""Errors after which a mail is left alone; a defect must not read it forever."""


class BeingHandled(Conflict):
    """Another process handles the same mail now."""


refuse("uq_received_mail_digest", BeingHandled)
refuse("received_mail.digest", BeingHandled)


def receive(raw: bytes, *, now: datetime) -> MailOutcome:
    """Handle a mail; one that was handled before has its outcome of then.

    Raises what a database or a defect raises: then nothing has happened, and the mail can be
    handed in again. Up to `MOST_FAILURES` times, after which it is FAILED.
    """
    try:
        mail = None if len(raw) > MOST_BYTES else reader.read(raw)
    except Malformed:
        logger.warning("a mail cannot be read and is put aside")
        return record(plain_digest(raw), MailOutcome.MALFORMED, now=now)
    if mail is None:
        logger.warning("a mail is larger than %s bytes and is put aside", MOST_BYTES)
        return record(plain_digest(raw), MailOutcome.TOO_LARGE, now=now)
    try:
        return _handle(mail, now)
    except BeingHandled:
        raise
    except Exception as error:
        if outages.outage(error) is not None:
            raise
        # The text of an error may quote the mail.
        logger.error("a mail could not be handled (%s)", type(error).__name__)
        if _count_failure(mail.digest, now):
            return MailOutcome.FAILED
        raise


def plain_digest(raw: bytes) -> str:
    """The fingerprint of a mail that cannot be read."""
    return hashlib.sha256(raw).hexdigest()


def record(digest: str, outcome: MailOutcome, *, now: datetime) -> MailOutcome:
    """Store the outcome of a mail on which nothing follows."""
    with unit_of_work() as session:
        row = queries.received(session, digest)
        if row is None:
            session.add(ReceivedMail(digest=digest, received_at=now, outcome=outcome))
        elif row.outcome is None:
            row.outcome = outcome
    return outcome


def _handle(mail: Incoming, now: datetime) -> MailOutcome:
    try:
        with unit_of_work() as session:
            row = _begun(session, mail.digest, now)
            if row.outcome is None:
                row.outcome = _act(session, mail, now)
            return row.outcome
    except BeingHandled:
        raise
    except DomainError as refusal:
        if type(refusal) is Conflict:
            raise  # A deadlock: handed in again it succeeds.
        return _refused(mail, refusal, now)


def _begun(session: Session, digest: str, now: datetime) -> ReceivedMail:
    """The row of a mail. Of two processes the second one waits here, and is refused."""
    row = queries.received(session, digest)
    if row is None:
        row = ReceivedMail(digest=digest, received_at=now, failures=0)
        session.add(row)
        session.flush()
    return row


def _act(session: Session, mail: Incoming, now: datetime) -> MailOutcome:
    if mail.bounce is not None:
        return returns.note(session, mail.bounce, now)
    if mail.reply is not None:
        outcome = calendar_answers.act(session, mail, mail.reply, now)
        if outcome not in _UNPROVEN:
            user = queries.user_with(session, mail.sender)
            if user is not None:
                returns.arrives(session, user.id)
        return outcome
    about = relays.answered(session, mail)
    if about is None:
        return MailOutcome.FOREIGN
    outcome = relays.relay(session, mail, about, now)
    if outcome is MailOutcome.RELAYED:
        # Who answers our mail has got it.
        returns.arrives(session, about.user.id)
    return outcome


_UNPROVEN = frozenset(
    {MailOutcome.FOREIGN, MailOutcome.FORGED, MailOutcome.UNCONFIRMED, MailOutcome.STALE}
)


def _refused(mail: Incoming, refusal: DomainError, now: datetime) -> MailOutcome:
    """Tell the sender what could not be done, with the record of the mail."""
    with unit_of_work() as session:
        row = _begun(session, mail.digest, now)
        if row.outcome is None:
            row.outcome = MailOutcome.NOT_DONE
            _tell(session, mail, refusal, now)
        return row.outcome


def _tell(session: Session, mail: Incoming, refusal: DomainError, now: datetime) -> None:
    if mail.reply is None:
        about = relays.answered(session, mail)
        if about is not None:
            relays.tell(session, about, refusal.sentence, now)
        return
    attendee, decision = calendar_answers.assess(session, mail, mail.reply, now)
    if attendee is not None and decision.doubt is None:
        calendar_answers.keep(session, attendee, mail.reply, now)
        calendar_answers.tell(session, attendee, ReplyNotice.NOT_DONE, now, refusal.sentence)


def _count_failure(digest: str, now: datetime) -> bool:
    """Count an error; returns whether the mail is left alone from now on."""
    with unit_of_work() as session:
        row = _begun(session, digest, now)
        row.failures += 1
        if row.outcome is None and row.failures >= MOST_FAILURES:
            row.outcome = MailOutcome.FAILED
        return row.outcome is MailOutcome.FAILED
