"""Light and dark pages: by the system, or as chosen in this browser."""

from __future__ import annotations

import enum
from datetime import timedelta

from flask import Response, current_app, request

COOKIE = "theme"
"""Apart from the session, because pages that must not read one have the same colours."""

KEPT = timedelta(days=365)


class Theme(enum.StrEnum):
    """The colours of pages."""

    SYSTEM = "system"
    """As the browser says (`prefers-color-scheme`)."""
    LIGHT = "light"
    DARK = "dark"


def chosen() -> Theme:
    """The theme of this browser."""
    try:
        return Theme(request.cookies.get(COOKIE, ""))
    except ValueError:
        return Theme.SYSTEM


def remember(response: Response, theme: Theme) -> None:
    """Keep a theme in this browser; that of the system needs no cookie."""
    if theme is Theme.SYSTEM:
        response.delete_cookie(COOKIE)
        return
    response.set_cookie(
        COOKIE,
        theme,
        max_age=KEPT,
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        samesite="Lax",
    )
