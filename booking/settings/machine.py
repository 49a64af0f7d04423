"""The settings that environment variables set: they take precedence over what pages set."""

from __future__ import annotations

from typing import Any

import config
from booking.settings.engine.declarations import ALL


def values_of(settings: config.Settings) -> dict[str, Any]:
    """The values by the name of the setting; of the mail server there are only the names."""
    known: dict[str, Any] = {
        "languages": ",".join(settings.languages),
        "timezone": settings.timezone,
        "instructor_word": settings.instructor_word,
        "accept_word": settings.accept_word,
        "credit_hour_minutes": settings.credit_hour_minutes,
        "sign_in_days": settings.sign_in_days,
        "two_factor_roles": settings.two_factor_roles,
        "audit_days": settings.audit_days,
        "mail_from": settings.mail_from,
    }
    return {
        name: known.get(name, setting.default)
        for name, setting in ALL.items()
        if setting.variable in settings.given
    }
