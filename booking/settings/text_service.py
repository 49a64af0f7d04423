"""The service of text messages in force, with its secrets."""

from __future__ import annotations

from sqlalchemy.orm import Session

from booking.crypto import Box
from booking.settings import encrypted
from booking.settings.engine.kinds import Setting
from booking.settings.engine.text_declarations import (
    PHONE_CODES,
    TEXT_HOOK_SECRET,
    TEXT_SECRET_KEY,
    TEXT_SERVICE,
    TextService,
)
from booking.settings.queries import in_force

SECRETS = (TEXT_SECRET_KEY, TEXT_HOOK_SECRET)


def chosen() -> TextService:
    """Who sends text messages."""
    return TextService(in_force(TEXT_SERVICE))


def sends_codes() -> bool:
    """Whether one can sign in with a code that is sent to a telephone."""
    return in_force(PHONE_CODES) == "yes" and chosen() is not TextService.NONE


def secret(setting: Setting[str]) -> str:
    """A stored secret; empty if there is none, or none that can be opened."""
    return encrypted.opened(setting, box())


def renew_secrets(session: Session) -> None:
    """Encrypt the stored secrets with the present SECRET_KEY; what cannot be opened stays."""
    for setting in SECRETS:
        encrypted.renew(session, setting, box())


def box() -> Box:
    """Encrypts the secrets."""
    return encrypted.box_for("text messages")
