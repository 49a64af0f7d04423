"""Lead who has just signed in to the question, once: until it is answered or skipped.

The sign-in sets a flag in the session if there is something to ask; other requests query nothing.
"""

from __future__ import annotations

from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security.signals import user_authenticated

from booking.accounts.guards import actor
from booking.accounts.models import User
from booking.contacts.consents import people, queries
from booking.db import db
from booking.visibility.guards import register_setting
from booking.web import problems

MARK = "asks_consents"
NO_PAGES = frozenset(
    {"static", "accounts.language", "accounts.theme", "feeds.feed", "entries.picture"}
)


def init_app(app: Flask) -> None:
    """Connect the signal, and check the flag before each page."""
    user_authenticated.connect(_signed_in, app)
    app.before_request(_ask)


def forget() -> None:
    """The question is answered: remove the flag of this session."""
    session.pop(MARK, None)


def _signed_in(_app: Flask, user: User, **_more: object) -> None:
    forget()
    reading = db.session()
    if queries.has_answered(reading, user.id):
        return
    if people.has_questions(reading, user.actor(), register_setting()):
        session[MARK] = True


def _ask() -> ResponseReturnValue | None:
    if MARK not in session or request.method != "GET" or not _is_page():
        return None
    if not actor().signed_in:
        return None
    # Asked once for each sign-in: whoever opens another page can go on working.
    forget()
    return redirect(url_for("consents.first", next=request.full_path.rstrip("?")))


def _is_page() -> bool:
    endpoint = request.endpoint or ""
    # Pictures and scripts of a page are no page; older browsers do not say what they load.
    if request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return False
    if endpoint.startswith(("security.", "factors.", "consents.", "administration.", "api")):
        return False
    return endpoint not in NO_PAGES and not problems.asked()
