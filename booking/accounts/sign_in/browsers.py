"""Device cookies: a signed cookie identifies a browser that has signed in to an account before.

Attempts from such browsers are counted separately, so that guesses of others never lock a user out
of the user's own browser (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). Pure.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "browser"
LASTS_SECONDS = 365 * 24 * 3600
_SALT = "known browser"


def write(user_id: int, secret: str) -> str:
    """The value of the cookie: the user's id and a random name of the browser, signed."""
    return str(URLSafeTimedSerializer(secret, _SALT).dumps([user_id, secrets.token_urlsafe(12)]))


def read(value: str, user_id: int, known: Sequence[str]) -> str | None:
    """The browser's name, or None unless the cookie is valid and of this user.

    `known` are the secrets, newest last.
    """
    try:
        owner, name = URLSafeTimedSerializer(list(known), _SALT).loads(value, LASTS_SECONDS)
    except (BadSignature, TypeError, ValueError):
        return None
    return str(name) if owner == user_id else None
