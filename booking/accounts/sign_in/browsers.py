"""Browsers that have signed in to an account before: a signed cookie says so.

Guesses of strangers then never lock a person out of the own browser, because these are counted
apart (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). Pure.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "browser"
LASTS_SECONDS = 365 * 24 * 3600
_SALT = "known browser"


def write(user_id: int, secret: str) -> str:
    """The value of the cookie: whose browser it is, and a random name of its own."""
    return str(URLSafeTimedSerializer(secret, _SALT).dumps([user_id, secrets.token_urlsafe(12)]))


def read(value: str, user_id: int, known: Sequence[str]) -> str | None:
    """The browser's name, if the cookie is this user's; `known` are the secrets, newest last."""
    try:
        owner, name = URLSafeTimedSerializer(list(known), _SALT).loads(value, LASTS_SECONDS)
    except (BadSignature, TypeError, ValueError):
        return None
    return str(name) if owner == user_id else None
