"""The mail server and the sender in force, whoever set them."""

from __future__ import annotations

from urllib.parse import quote

from flask import current_app
from sqlalchemy.orm import Session

from booking.crypto import Box
from booking.settings import encrypted
from booking.settings.engine.mail_declarations import (
    MAIL_FROM,
    MAIL_PASSWORD,
    MAIL_PORT,
    MAIL_SECURITY,
    MAIL_SERVER,
    MAIL_USER,
)
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
    return encrypted.opened(MAIL_PASSWORD, box())


def renew_password(session: Session) -> None:
    """Encrypt the stored password with the present SECRET_KEY; one that cannot be opened stays."""
    encrypted.renew(session, MAIL_PASSWORD, box())


def box() -> Box:
    """Encrypts the password."""
    return encrypted.box_for("mail password")
