"""One round over the mailbox that is set: from the stored position, which moves on."""

from __future__ import annotations

import imaplib
import logging
from datetime import datetime

from imap_tools.errors import ImapToolsError

from booking.db import db, unit_of_work
from booking.replies import queries
from booking.replies.models import MailboxState
from booking.replies.sources.faults import fault_of
from booking.replies.sources.imap import Position, Unread, opened
from booking.replies.sources.mailboxes import Round, SourceLost, read_all
from booking.settings.mailbox import Mailbox

logger = logging.getLogger(__name__)

UNREADABLE = (OSError, imaplib.IMAP4.error, ImapToolsError, SourceLost, ValueError)
"""What a mailbox raises that cannot be read now; ValueError is the library's for a wrong port."""


def read_mailbox(mailbox: Mailbox, *, now: datetime) -> Round | None:
    """Handle what is new; None if the mailbox cannot be read, which is noted."""
    position = _position(mailbox)
    unread: Unread | None = None
    try:
        with opened(mailbox) as box:
            unread = Unread(box, position)
            done = read_all(unread, now=now)
    except UNREADABLE as error:
        cause = error.__cause__ or error
        # Its text may quote addresses.
        logger.warning("the mailbox cannot be read (%s)", type(cause).__name__)
        _note(mailbox, unread.position if unread is not None else None, now, fault_of(cause).value)
        return None
    _note(mailbox, unread.position, now, "")
    return done


def _position(mailbox: Mailbox) -> Position | None:
    state = queries.mailbox_state(db.session())
    if state is None or state.mailbox != mailbox.fingerprint:
        return None
    return Position(state.validity, state.last_uid)


def _note(mailbox: Mailbox, position: Position | None, now: datetime, fault: str) -> None:
    with unit_of_work() as session:
        row = queries.mailbox_state(session)
        if row is None:
            row = MailboxState(id=1)
            session.add(row)
        if row.mailbox != mailbox.fingerprint:
            row.mailbox, row.validity, row.last_uid = mailbox.fingerprint, 0, 0
            row.looked_at = None
        if position is not None:
            row.validity, row.last_uid = position.validity, position.last_uid
        row.fault, row.failed_at = fault, now if fault else None
        if not fault:
            row.looked_at = now
