"""The service of text messages in force, with its secrets."""

from __future__ import annotations

from contextlib import suppress

from flask import current_app
from sqlalchemy.orm import Session

from booking.crypto import Box, CannotOpen
from booking.settings.engine.kinds import Setting
from booking.settings.engine.text_declarations import (
    PHONE_CODES,
    TEXT_HOOK_SECRET,
    TEXT_SECRET_KEY,
    TEXT_SERVICE,
    TextService,
)
from booking.settings.models import StoredSetting
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
    sealed = in_force(setting)
    try:
        return box().open(sealed) if sealed else ""
    except CannotOpen:
        return ""


def renew_secrets(session: Session) -> None:
    """Encrypt the stored secrets with the present SECRET_KEY; what cannot be opened stays."""
    for setting in SECRETS:
        row = session.get(StoredSetting, setting.name, with_for_update=True)
        if row is not None:
            with suppress(CannotOpen):
                row.value = box().renew(row.value)


def box() -> Box:
    """Encrypts the secrets."""
    config = current_app.config
    return Box([config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]], purpose="text messages")
