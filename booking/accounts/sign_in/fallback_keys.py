"""Accepts signatures of SECRET_KEY_FALLBACKS, so that a key rotation signs nobody out."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, session
from flask_login import LoginManager
from flask_login.utils import decode_cookie, encode_cookie
from itsdangerous import Serializer


class FallbackLoginManager(LoginManager):  # type: ignore[misc]
    """A login manager that accepts remember cookies of earlier keys; Flask-Login takes one key."""

    def _load_user_from_remember_cookie(self, cookie: str) -> Any:
        """The user, or None; a cookie signed with an earlier key is reissued with the response."""
        if not cookie.isascii():  # `hmac.compare_digest` accepts ASCII strings only.
            return None
        decoded = (
            decode_cookie(cookie, key=key) for key in current_app.config["SECRET_KEY_FALLBACKS"]
        )
        payload = next((value for value in decoded if value is not None), None)
        user = super()._load_user_from_remember_cookie(
            encode_cookie(payload) if payload else cookie
        )
        if payload and user is not None:
            session["_remember"] = "set"
        return user


def accept_fallbacks(app: Flask) -> None:
    """Let Flask-Security accept earlier keys; to be called after it was attached."""
    # The library creates its login manager itself and has no option to inject one.
    app.login_manager.__class__ = FallbackLoginManager  # type: ignore[attr-defined]
    # itsdangerous signs with the last key (oldest to newest); the library lists the current first.
    keys = [*app.config["SECRET_KEY_FALLBACKS"], app.config["SECRET_KEY"]]
    for value in vars(app.extensions["security"]).values():
        if isinstance(value, Serializer):
            value.secret_keys = [key.encode() for key in keys]
