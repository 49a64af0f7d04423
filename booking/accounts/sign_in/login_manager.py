"""Loads the current user for Flask-Login: the cookies contain the key of a stored sign-in.

Flask-Login puts the value of `get_id` into the session and the remember cookie; here it is that
key. The library's authentication tokens, which stay valid after signing out, are not accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from flask import Flask, Response, current_app, g, request, session
from flask_login import user_logged_in, user_logged_out
from flask_security.utils import set_request_attr
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from booking import clock
from booking.accounts.models import User
from booking.accounts.sign_in import sessions
from booking.db import db, unit_of_work
from booking.settings.engine.declarations import SIGN_IN_DAYS
from booking.settings.queries import in_force
from booking.web import request_safety

Change = Callable[[Session], object]


def init_app(app: Flask) -> None:
    """Replace the user loaders that Flask-Security has registered with Flask-Login."""
    manager = app.login_manager  # type: ignore[attr-defined]
    manager.user_loader(_load)
    manager.request_loader(lambda _request: None)
    user_logged_in.connect(_begin_sign_in, app)
    user_logged_out.connect(_end_sign_in, app)
    app.after_request(_write)


def unused() -> timedelta:
    """The time without use after which a sign-in expires."""
    return timedelta(days=in_force(SIGN_IN_DAYS))


def current_sign_in() -> int | None:
    """The id of the sign-in of this request, or None."""
    sign_in: sessions.Found | None = g.get("sign_in")
    return None if sign_in is None else sign_in.id


def _load(key: str) -> User | None:
    sign_in = sessions.find(db.session(), key, now=clock.now(), unused=unused())
    g.sign_in = sign_in
    if sign_in is None:
        return None
    # As in the library's own loader.
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return sign_in.user


def _begin_sign_in(_app: Flask, user: User, **_kwargs: object) -> None:
    """Handle `user_logged_in`, which is sent by every sign-in and by a password change."""
    _end_sign_in(_app)
    key = sessions.new_key()
    session["_user_id"] = key
    _defer(
        partial(
            sessions.begin,
            key=key,
            user_id=user.id,
            uniquifier=user.fs_uniquifier,
            agent=request.user_agent.string,
            now=clock.now(),
        )
    )


def _end_sign_in(_app: Flask, **_kwargs: object) -> None:
    sign_in: sessions.Found | None = g.pop("sign_in", None)
    if sign_in is not None:
        _defer(partial(sessions.end, user_id=sign_in.user.id, sign_in_id=sign_in.id))


def _defer(change: Change) -> None:
    """Apply a change at the end of the request, after the library has committed its own."""
    g.setdefault("sign_in_changes", []).append(change)


def write_changes() -> None:
    """Write the sign-ins that this request has begun or ended, before it goes on."""
    changes: list[Change] = g.pop("sign_in_changes", [])
    if changes:
        with unit_of_work() as writing:
            for change in changes:
                change(writing)


def _write(response: Response) -> Response:
    if g.get("sign_in_changes"):
        write_changes()
    elif "sign_in" in g and not request_safety.is_stale():
        _note_use()
    return response


def _note_use() -> None:
    sign_in: sessions.Found | None = g.pop("sign_in")
    now = clock.now()
    if sign_in is None or now - sign_in.last_used_at < sessions.USE_WRITTEN_EVERY:
        return
    try:
        with unit_of_work() as writing:
            sessions.note_use(writing, sign_in_id=sign_in.id, now=now)
    except OperationalError:
        # A reading request must succeed even if nothing can be written, as with a full disk.
        current_app.logger.warning("the use of a sign-in could not be written")
