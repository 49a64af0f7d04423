"""A change of SECRET_KEY signs nobody out: what earlier keys signed is accepted for a while."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, session
from flask_login import LoginManager
from flask_login.utils import decode_cookie, encode_cookie
from itsdangerous import Serializer


class PatientLoginManager(LoginManager):  # type: ignore[misc]
    """Reads remember cookies that were signed with an earlier key; Flask-Login knows one only."""

    def _load_user_from_remember_cookie(self, cookie: str) -> Any:
        """The user, or None; a cookie of an earlier key is written anew in the answer."""
        if not cookie.isascii():  # The comparison of digests takes nothing else.
            return None
        earlier = (
            decode_cookie(cookie, key=key) for key in current_app.config["SECRET_KEY_FALLBACKS"]
        )
        kept = next((payload for payload in earlier if payload is not None), None)
        user = super()._load_user_from_remember_cookie(encode_cookie(kept) if kept else cookie)
        if kept and user is not None:
            session["_remember"] = "set"
        return user


def accept_fallbacks(app: Flask) -> None:
    """After Flask-Security is attached: let it read what earlier keys signed."""
    # The library makes its manager itself, and offers no way to hand one in.
    app.login_manager.__class__ = PatientLoginManager  # type: ignore[attr-defined]
    # itsdangerous signs with the last key (oldest to newest); the library lists the current first.
    keys = [*app.config["SECRET_KEY_FALLBACKS"], app.config["SECRET_KEY"]]
    for part in vars(app.extensions["security"]).values():
        if isinstance(part, Serializer):
            part.secret_keys = [key.encode() for key in keys]
