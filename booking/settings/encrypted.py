"""Settings that are stored encrypted: opened with this installation's key, encrypted anew."""

from __future__ import annotations

from contextlib import suppress

from flask import current_app
from sqlalchemy.orm import Session

from booking.crypto import Box, CannotOpen
from booking.settings.engine.kinds import Setting
from booking.settings.models import StoredSetting
from booking.settings.queries import in_force


def box_for(purpose: str) -> Box:
    """Encrypts the values of one purpose."""
    config = current_app.config
    return Box([config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]], purpose=purpose)


def opened(setting: Setting[str], box: Box) -> str:
    """The value in clear; empty if there is none, or none that can be opened."""
    sealed = in_force(setting)
    try:
        return box.open(sealed) if sealed else ""
    except CannotOpen:
        return ""


def renew(session: Session, setting: Setting[str], box: Box) -> None:
    """Encrypt the stored value with the present SECRET_KEY; one that cannot be opened stays."""
    row = session.get(StoredSetting, setting.name, with_for_update=True)
    if row is not None:
        with suppress(CannotOpen):
            row.value = box.renew(row.value)
