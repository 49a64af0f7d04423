"""The mailbox to which answers come, as it is set."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from booking.crypto import Box
from booking.settings import encrypted
from booking.settings.engine.reply_declarations import (
    MAILBOX_FOLDER,
    MAILBOX_PASSWORD,
    MAILBOX_PORT,
    MAILBOX_SECURITY,
    MAILBOX_SERVER,
    MAILBOX_USER,
    MailboxSecurity,
)
from booking.settings.queries import in_force


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where a mailbox is, and how it is opened."""

    host: str
    port: int
    security: MailboxSecurity
    user: str
    password: str = field(repr=False)
    folder: str

    @property
    def fingerprint(self) -> str:
        """A hash of server, user and folder, without the password."""
        named = "\0".join((self.host, self.user, self.folder))
        return hashlib.sha256(named.encode()).hexdigest()


def mailbox() -> Mailbox | None:
    """The mailbox in force, or None."""
    host = in_force(MAILBOX_SERVER)
    if not host:
        return None
    return Mailbox(
        host=host,
        port=in_force(MAILBOX_PORT),
        security=MailboxSecurity(in_force(MAILBOX_SECURITY)),
        user=in_force(MAILBOX_USER),
        password=password(),
        folder=in_force(MAILBOX_FOLDER) or MAILBOX_FOLDER.default,
    )


def password() -> str:
    """The password at the mailbox; empty if there is none, or none that can be opened."""
    return encrypted.opened(MAILBOX_PASSWORD, box())


def renew_password(session: Session) -> None:
    """Encrypt the stored password with the present SECRET_KEY; one that cannot be opened stays."""
    encrypted.renew(session, MAILBOX_PASSWORD, box())


def box() -> Box:
    """Encrypts the password."""
    return encrypted.box_for("mailbox password")
