"""A look at the mailbox that is set, without handling anything, and what is wrong as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes

from booking.errors import Invalid
from booking.replies.engine.headers import value
from booking.replies.engine.senders import server_named
from booking.replies.sources.faults import FIELDS, answer_of, fault_of, sentence
from booking.replies.sources.imap import ImapItem, opened
from booking.replies.sources.mailbox_rounds import UNREADABLE
from booking.sentences import N_
from booking.settings.mailbox import mailbox

_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in the mailbox."""

    mails: int
    server: str
    """The name in the Authentication-Results of the newest mail; empty if it has none."""


def look() -> Look:
    """Open the mailbox; raises `Invalid` that names the setting to look at."""
    where = mailbox()
    if where is None:
        raise Invalid(N_("Name the server of the mailbox first."), field="mailbox_server")
    try:
        with opened(where) as box:
            uids = sorted(int(uid) for uid in box.uids("ALL", charset=None))
            head = ImapItem(box, uids[-1]).read(_HEAD_BYTES) if uids else b""
    except UNREADABLE as error:
        cause = error.__cause__ or error
        fault = fault_of(cause)
        raise Invalid(sentence(fault, answer_of(cause)), field=FIELDS[fault]) from error
    header = value(message_from_bytes(head), "Authentication-Results")
    return Look(len(uids), server_named(header))
