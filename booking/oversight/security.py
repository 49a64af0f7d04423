"""Records sign-ins, sign-outs and password changes in the audit log, by the libraries' signals.

A failed sign-in is recorded once the response is known to be a refusal, in the same way whether
the account exists or not: neither the response nor its timing reveals which. Of an entered address
without an account only a keyed hash is stored, and of other input (some users enter the password
in the wrong field) nothing.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, request, session
from flask_login import user_logged_out
from flask_security.signals import (
    password_changed,
    password_reset,
    user_authenticated,
    user_failed_authn,
)
from sqlalchemy import func, select

from booking import audit
from booking.accounts.codes.signals import code_asked, code_refused
from booking.accounts.embedded_sign_in import sign_in_refused
from booking.accounts.engine.email_addresses import is_address
from booking.accounts.engine.sign_in_names import read_phone
from booking.accounts.factors.security import BY_CODE, STARTED
from booking.accounts.models import User
from booking.accounts.service import as_subject
from booking.audit import About, Action, By, SubjectKind
from booking.db import db
from booking.oversight.queries import typed_hashes

RENEWED = "change"
"""The `authn_via` with which Flask-Security signs a user in again after a password change."""


SECOND_STEPS = {
    "security.two_factor_token_validation": ["password", "authenticator"],
    "security.mf_recovery": ["password", "recovery"],
    "security.wan_signin_response": ["password", "passkey"],
}
"""The factors used at these endpoints, for which the library sends no `authn_via`."""


def subscribe(app: Flask) -> None:
    """Connect to the libraries' signals."""
    user_authenticated.connect(_signed_in, app)
    user_failed_authn.connect(_failed, app)
    user_logged_out.connect(_signed_out, app)
    password_changed.connect(_changed, app)
    password_reset.connect(_reset, app)
    sign_in_refused.connect(_refused, app)
    code_asked.connect(_code_asked, app)
    code_refused.connect(_code_refused, app)
    app.after_request(_record_refusal_or_reset)


def _by(user: User) -> By:
    return By(user.id, user.label)


def _signed_in(_app: Flask, user: User, authn_via: list[str] | None = None, **_kwargs: Any) -> None:
    # For a second step the library passes no `authn_via`.
    via = list(authn_via or SECOND_STEPS.get(request.endpoint or "", []))
    by_code = session.pop(BY_CODE, None)
    if len(via) > 1 and by_code is not None and by_code == session.get(STARTED):
        via[0] = "code"
    if via != [RENEWED]:
        _record(Action.SIGN_IN, about=as_subject(user), by=_by(user), detail={"via": via})


def _signed_out(_app: Flask, user: object, **_kwargs: Any) -> None:
    if isinstance(user, User):
        _record(Action.SIGN_OUT, about=as_subject(user), by=_by(user))


def _failed(_app: Flask, user: User, auth_type: str, tfa: bool = False, **_kwargs: Any) -> None:
    detail = {"via": [auth_type], "second": True} if tfa else {"via": [auth_type]}
    g.failed_sign_in = (as_subject(user), detail)


def _refused(_app: Flask) -> None:
    g.embedded_sign_in_refused = True


def _code_asked(_app: Flask, phone: str) -> None:
    _record(Action.CODE_ASKED, about=_account_of(phone), by=audit.ANONYMOUS)


def _code_refused(_app: Flask, phone: str) -> None:
    detail = {"via": ["code"]}
    _record(Action.SIGN_IN_FAILED, about=_account_of(phone), by=audit.ANONYMOUS, detail=detail)


def _changed(_app: Flask, user: User, **_kwargs: Any) -> None:
    """In the library's transaction, which it commits."""
    audit.record(
        db.session(),
        Action.PASSWORD_CHANGED,
        about=as_subject(user),
        by=_by(user),
        address=request.remote_addr,
    )


def _reset(_app: Flask, user: User, **_kwargs: Any) -> None:
    """In the library's transaction, which it commits."""
    audit.record(
        db.session(),
        Action.PASSWORD_RESET,
        about=as_subject(user),
        by=_by(user),
        address=request.remote_addr,
    )


def _record_refusal_or_reset(response: Response) -> Response:
    """Record a failed sign-in, or a request for a new password."""
    about, detail = g.pop("failed_sign_in", (None, None))
    posted = request.endpoint if request.method == "POST" else None
    refused = response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    if g.pop("embedded_sign_in_refused", False) or (posted == "security.login" and refused):
        _record(Action.SIGN_IN_FAILED, about=_typed(), by=audit.ANONYMOUS, detail=detail)
    elif about is not None:
        # A signed-in user entered a wrong current password.
        _record(Action.SIGN_IN_FAILED, about=about, by=audit.acting(), detail=detail)
    elif posted == "security.forgot_password" and response.status_code < HTTPStatus.BAD_REQUEST:
        _record(Action.RESET_REQUESTED, about=_typed(), by=audit.ANONYMOUS)
    return response


def _typed() -> About | None:
    """The account of the entered address or number, or its hash if it has no account."""
    return _account_of(request.form.get("email", "").strip().lower())


def _account_of(typed: str) -> About | None:
    """The account of an address or number, or its hash if it has no account."""
    number = read_phone(typed)
    if number is None and not is_address(typed):
        return None
    # Columns only: loading a whole account would make existing accounts measurably slower.
    known_by = func.lower(User.email) == typed if number is None else User.phone == number
    query = select(User.id, User.name, User.email).where(known_by)
    row = db.session().execute(query).first()
    if row is None:
        return About(SubjectKind.USER, typed_hash=typed_hashes(number or typed)[0])
    return About(SubjectKind.USER, row.id, row.name or row.email or "")


def _record(
    action: Action, *, about: About | None, by: By, detail: dict[str, Any] | None = None
) -> None:
    audit.record_apart(action, about=about, by=by, address=request.remote_addr, detail=detail)
