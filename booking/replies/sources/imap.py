"""Reads a mailbox by IMAP (RFC 9051): within limits, by position, without marking what it leaves.

Mail is found by its UID: what was looked at once is not fetched again as long as UIDVALIDITY stays.
"""

from __future__ import annotations

import imaplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from booking.replies.sources.mailboxes import AT_ONCE, SourceLost
from booking.settings.engine.reply_declarations import MailboxSecurity
from booking.settings.mailbox import Mailbox

SECONDS = 20.0
"""How long one answer of the server may take."""

ROUND_SECONDS = 50.0
"""How long a round goes on to fetch mail."""

_OWN_NAME = '("name" "yueke" "version" "1")'


@dataclass(frozen=True, slots=True)
class Position:
    """How far a folder was read."""

    validity: int
    last_uid: int


class ImapItem:
    """One mail in the open folder."""

    def __init__(self, box: BaseMailBox, uid: int) -> None:
        self._box, self.uid = box, uid
        self.done = False
        """Whether it need not be looked at again."""

    def read(self, most: int) -> bytes:
        """The first `most` bytes; the mail does not count as seen by that."""
        try:
            status, answer = self._box.client.uid(
                "FETCH", str(self.uid), f"(BODY.PEEK[]<0.{most}>)"
            )
        except (OSError, imaplib.IMAP4.abort) as error:
            raise SourceLost from error
        found = [one[1] for one in answer if isinstance(one, tuple)]
        if status != "OK" or not found:
            raise LookupError("the mail is gone")
        return bytes(found[0])

    def remove(self) -> None:
        """Delete it from the folder, and where the server can (RFC 4315) nothing else."""
        client, uid = self._box.client, str(self.uid)
        try:
            client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
            if "UIDPLUS" in client.capabilities:
                client.uid("EXPUNGE", uid)
            else:
                client.expunge()
        except (OSError, imaplib.IMAP4.abort) as error:
            raise SourceLost from error
        self.done = True

    def put_aside(self) -> None:
        """Leave it as it is, unread."""
        self.done = True


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    """The mailbox with its folder open.

    Raises `OSError`, `imaplib.IMAP4.error` or `imap_tools.ImapToolsError`.
    """
    box = _connected(mailbox)
    try:
        box.login(mailbox.user, mailbox.password, initial_folder=None)
        _status, told = box.client.capability()
        box.client.capabilities = tuple(bytes(told[0]).decode("ascii", "replace").upper().split())
        # NetEase refuses to open a folder for a program that has not said its name (RFC 2971).
        if "ID" in box.client.capabilities:
            box.client.xatom("ID", _OWN_NAME)
        box.folder.set(mailbox.folder)
        yield box
    finally:
        with suppress(OSError, imaplib.IMAP4.error, Exception):
            box.logout()


def _connected(mailbox: Mailbox) -> BaseMailBox:
    # Not the library's default, which accepts any certificate.
    context = ssl.create_default_context()
    match mailbox.security:
        case MailboxSecurity.TLS:
            return MailBox(mailbox.host, mailbox.port, timeout=SECONDS, ssl_context=context)
        case MailboxSecurity.STARTTLS:
            return MailBoxStartTls(mailbox.host, mailbox.port, timeout=SECONDS, ssl_context=context)
        case _:
            return MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=SECONDS)


def validity_of(box: BaseMailBox) -> int:
    """UIDVALIDITY of the open folder."""
    _name, found = box.client.response("UIDVALIDITY")
    first = found[0] if found else None
    return int(first) if first else 0


class Unread:
    """The mails after a position, and the position after they were looked at."""

    def __init__(self, box: BaseMailBox, known: Position | None) -> None:
        self._box = box
        self._validity = validity_of(box)
        same = known is not None and known.validity == self._validity
        self._after = known.last_uid if known is not None and same else 0
        self._offered: list[ImapItem] = []

    def __iter__(self) -> Iterator[ImapItem]:
        """Each mail, until the round has lasted long enough."""
        end = time.monotonic() + ROUND_SECONDS
        for uid in self._uids()[:AT_ONCE]:
            if time.monotonic() > end:
                return
            item = ImapItem(self._box, uid)
            self._offered.append(item)
            yield item

    def _uids(self) -> list[int]:
        # `n:*` always has the last mail, even where its UID is smaller.
        found = self._box.uids(f"UID {self._after + 1}:*", charset=None)
        return sorted(int(uid) for uid in found if int(uid) > self._after)

    @property
    def position(self) -> Position:
        """Where the next round begins: before the first mail that waits for it."""
        last = self._after
        for item in self._offered:
            if not item.done:
                break
            last = item.uid
        return Position(self._validity, last)
