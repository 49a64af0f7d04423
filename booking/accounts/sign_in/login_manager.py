"""Who is signed in, for Flask-Login: the cookies carry the key of a stored sign-in.

Flask-Login puts what it calls a user's id into the session and the remember cookie; here it is
the key. The library's own tokens, which outlive signing out, are not accepted.
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
from booking.web import request_safety

Change = Callable[[Session], object]


def init_app(app: Flask) -> None:
    """Take the place of what Flask-Security told Flask-Login."""
    manager = app.login_manager  # type: ignore[attr-defined]
    manager.user_loader(_load)
    manager.request_loader(lambda _request: None)
    user_logged_in.connect(_begun, app)
    user_logged_out.connect(_ended, app)
    app.after_request(_write)


def unused() -> timedelta:
    """After how long without use a sign-in is over."""
    return timedelta(days=current_app.config["SIGN_IN_DAYS"])


def current_sign_in() -> int | None:
    """The id of the sign-in of this request."""
    found: sessions.Found | None = g.get("sign_in")
    return None if found is None else found.id


def _load(key: str) -> User | None:
    found = sessions.find(db.session(), key, now=clock.now(), unused=unused())
    g.sign_in = found
    if found is None:
        return None
    # As the library's own loader has it.
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return found.user


def _begun(_app: Flask, user: User, **_more: object) -> None:
    """Sent by every way of signing in, and by a change of the password."""
    _ended(_app)
    key = sessions.new_key()
    session["_user_id"] = key
    _later(
        partial(
            sessions.begin,
            key=key,
            user_id=user.id,
            uniquifier=user.fs_uniquifier,
            agent=request.user_agent.string,
            now=clock.now(),
        )
    )


def _ended(_app: Flask, **_more: object) -> None:
    found: sessions.Found | None = g.pop("sign_in", None)
    if found is not None:
        _later(partial(sessions.end, user_id=found.user.id, sign_in_id=found.id))


def _later(change: Change) -> None:
    """Leave a change for the end of the request, when the library has committed its own."""
    g.setdefault("sign_in_changes", []).append(change)


def _write(response: Response) -> Response:
    changes: list[Change] = g.pop("sign_in_changes", [])
    if changes:
        with unit_of_work() as writing:
            for change in changes:
                change(writing)
    elif "sign_in" in g and not request_safety.is_stale():
        _note_use()
    return response


def _note_use() -> None:
    found: sessions.Found | None = g.pop("sign_in")
    now = clock.now()
    if found is None or now - found.last_used_at < sessions.USE_WRITTEN_EVERY:
        return
    try:
        with unit_of_work() as writing:
            sessions.note_use(writing, sign_in_id=found.id, now=now)
    except OperationalError:
        # Somebody who reads is answered even where nothing can be written, as with a full disk.
        current_app.logger.warning("the use of a sign-in could not be written")
