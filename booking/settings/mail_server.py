"""The mail server and the sender in force, whoever set them."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

from flask import current_app
from sqlalchemy.orm import Session

from booking.crypto import Box, CannotOpen
from booking.settings.engine.mail_declarations import (
    MAIL_FROM,
    MAIL_PASSWORD,
    MAIL_PORT,
    MAIL_SECURITY,
    MAIL_SERVER,
    MAIL_USER,
)
from booking.settings.models import StoredSetting
from booking.settings.queries import in_force


def smtp_url() -> str | None:
    """The URL of the mail server, with user and password; None if there is none.

    SMTP_URL of the environment takes precedence over what is set on a page.
    """
    fixed: str | None = current_app.config["SMTP_URL"]
    if fixed is not None:
        return fixed
    host = in_force(MAIL_SERVER)
    if not host:
        return None
    name = f"[{host}]" if ":" in host else host
    return f"{in_force(MAIL_SECURITY)}://{_user()}{name}:{in_force(MAIL_PORT)}"


def _user() -> str:
    user = in_force(MAIL_USER)
    if not user:
        return ""
    return f"{quote(user, safe='')}:{quote(password(), safe='')}@"


def sender() -> str:
    """The address from which mail comes."""
    return in_force(MAIL_FROM)


def password() -> str:
    """The password at the mail server; empty if there is none, or none that can be opened."""
    sealed = in_force(MAIL_PASSWORD)
    try:
        return box().open(sealed) if sealed else ""
    except CannotOpen:
        return ""


def renew_password(session: Session) -> None:
    """Encrypt the stored password with the present SECRET_KEY; one that cannot be opened stays."""
    row = session.get(StoredSetting, MAIL_PASSWORD.name, with_for_update=True)
    if row is not None:
        with suppress(CannotOpen):
            row.value = box().renew(row.value)


def box() -> Box:
    """Encrypts the password."""
    config = current_app.config
    secrets = [config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]]
    return Box(secrets, purpose="mail password")
