"""The mailbox to which answers come, as it is set."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy.orm import Session

from booking.crypto import Box, CannotOpen
from booking.settings.engine.reply_declarations import (
    MAILBOX_FOLDER,
    MAILBOX_PASSWORD,
    MAILBOX_PORT,
    MAILBOX_SECURITY,
    MAILBOX_SERVER,
    MAILBOX_USER,
    MailboxSecurity,
)
from booking.settings.models import StoredSetting
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
    sealed = in_force(MAILBOX_PASSWORD)
    try:
        return box().open(sealed) if sealed else ""
    except CannotOpen:
        return ""


def renew_password(session: Session) -> None:
    """Encrypt the stored password with the present SECRET_KEY; one that cannot be opened stays."""
    row = session.get(StoredSetting, MAILBOX_PASSWORD.name, with_for_update=True)
    if row is not None:
        with suppress(CannotOpen):
            row.value = box().renew(row.value)


def box() -> Box:
    """Encrypts the password."""
    config = current_app.config
    secrets = [config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]]
    return Box(secrets, purpose="mailbox password")
