"""Why a mailbox could not be read, and the sentence that names the setting to look at."""

from __future__ import annotations

import enum
import imaplib
import socket
import ssl

from imap_tools import MailboxFolderSelectError, MailboxLoginError
from imap_tools.errors import MailboxStarttlsError

from booking.errors import Text
from booking.replies.sources.imap import SECONDS
from booking.sentences import N_
from booking.settings.engine.reply_declarations import IMAP_PORT, IMAPS_PORT
from booking.text import one_line

LONGEST_ANSWER = 200


class MailboxFault(enum.StrEnum):
    """The kinds of faults that somebody can do something about."""

    NAME = "name"
    CLOSED = "closed"
    ENCRYPTION = "encryption"
    SIGN_IN = "sign_in"
    FOLDER = "folder"
    SILENT = "silent"
    OTHER = "other"


_FAULTS: tuple[tuple[type[BaseException], MailboxFault], ...] = (
    (socket.gaierror, MailboxFault.NAME),
    (UnicodeError, MailboxFault.NAME),
    (ConnectionRefusedError, MailboxFault.CLOSED),
    (ssl.SSLError, MailboxFault.ENCRYPTION),
    (MailboxStarttlsError, MailboxFault.ENCRYPTION),
    (MailboxLoginError, MailboxFault.SIGN_IN),
    (MailboxFolderSelectError, MailboxFault.FOLDER),
    (TimeoutError, MailboxFault.SILENT),
    (imaplib.IMAP4.abort, MailboxFault.SILENT),
)
"""The first that fits counts."""


def fault_of(error: BaseException) -> MailboxFault:
    """The kind of a fault."""
    if isinstance(error, imaplib.IMAP4.error) and "TLS" in str(error).upper():
        return MailboxFault.ENCRYPTION
    return next((fault for kind, fault in _FAULTS if isinstance(error, kind)), MailboxFault.OTHER)


def answer_of(error: BaseException) -> str:
    """What the server answered, as one line; empty if nothing."""
    result = getattr(error, "command_result", None)
    lines = result[1] if isinstance(result, tuple) and len(result) > 1 else None
    first = lines[0] if isinstance(lines, list) and lines else b""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
    return one_line(text)[:LONGEST_ANSWER]


FIELDS = {
    MailboxFault.NAME: "mailbox_server",
    MailboxFault.CLOSED: "mailbox_port",
    MailboxFault.ENCRYPTION: "mailbox_security",
    MailboxFault.SIGN_IN: "mailbox_user",
    MailboxFault.FOLDER: "mailbox_folder",
    MailboxFault.SILENT: "mailbox_port",
    MailboxFault.OTHER: "mailbox_server",
}
"""The setting that a fault concerns."""


def sentence(fault: MailboxFault, answer: str = "") -> Text:
    """What happened and what to do."""
    match fault:
        case MailboxFault.NAME:
            return N_("No server has this name. Compare it with your provider's help.")
        case MailboxFault.CLOSED:
            return N_(
                "The server accepts no connection at this port. Try %(tls)s or %(starttls)s.",
                tls=IMAPS_PORT,
                starttls=IMAP_PORT,
            )
        case MailboxFault.ENCRYPTION:
            return N_(
                "No encrypted connection was made: the encryption does not fit the port, or the "
                "server's certificate is not valid for this name."
            )
        case MailboxFault.SIGN_IN:
            return N_(
                "The server refused user name and password. Many providers want IMAP to be "
                "switched on first, and an authorisation code instead of the password. It "
                "answered: %(answer)s",
                answer=answer or "—",
            )
        case MailboxFault.FOLDER:
            return N_(
                "The folder cannot be opened. Use INBOX, or the name that your mail program shows. "
                "The server answered: %(answer)s",
                answer=answer or "—",
            )
        case MailboxFault.SILENT:
            return N_(
                "The server did not answer within %(seconds)s seconds, or hung up. "
                "Compare port and encryption with your provider's help.",
                seconds=round(SECONDS),
            )
    return N_("The mailbox cannot be read. Compare server, port and encryption.")
