"""Sign-in, sign-out, reset by mail and change of password, by Flask-Security."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, render_template, request, url_for
from flask_babel import lazy_gettext as _
from flask_security.core import Security
from flask_security.mail_util import MailUtil
from flask_wtf import FlaskForm
from jinja2 import StrictUndefined

from booking.accounts import address_change
from booking.accounts.datastore import datastore
from booking.accounts.engine.email_addresses import RULES
from booking.accounts.engine.passwords import SHORTEST_PASSWORD
from booking.accounts.factors import forms as factor_forms
from booking.accounts.factors import security as factors
from booking.accounts.guards import SWITCHED_OFF, nothing_here
from booking.accounts.sign_in import fallback_keys, login_manager
from booking.accounts.sign_in.forms import SignInForm
from booking.accounts.sign_in.password_forms import NewPasswordForm, PasswordAgainForm
from booking.accounts.sign_in.password_hash import ARGON2, OneAtATime
from booking.db import begin_write
from booking.errors import DomainError
from booking.web import request_safety

WRITING_ENDPOINTS = frozenset(
    {
        "security.reset_password",
        "security.change_password",
        "security.change_email",
        address_change.CONFIRM,
        *factors.WRITING_ENDPOINTS,
    }
)


MAIL_TEMPLATES = "security/email/"

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


def init_app(app: Flask, *, mail_util: type[MailUtil], secure_cookies: bool) -> None:
    """Attach Flask-Security; `mail_util` hands its mail to our deliveries."""
    app.config.update(_settings(app, secure_cookies) | address_change.settings())
    security = Security(
        app,
        datastore,
        mail_util_cls=mail_util,
        login_form=SignInForm,
        verify_form=PasswordAgainForm,
        change_password_form=NewPasswordForm,
        change_email_form=address_change.AddressForm,
        render_template=page_or_mail,
        **factor_forms.CLASSES,
    )
    # Files look the same to everybody: nobody needs to be looked up in the database for them.
    security.principal.skip_static = True
    # Each refusal has one shape, for which limits and the audit log look: a page.
    security.want_json(lambda _request: False)
    app.view_functions.update(dict.fromkeys(SWITCHED_OFF, nothing_here))
    security.pwd_context = OneAtATime(security.pwd_context)
    for known in security.forms.values():
        if known.cls is not None:
            known.cls = request_safety.bounded(known.cls)
    fallback_keys.accept_fallbacks(app)
    login_manager.init_app(app)
    address_change.init_app(app)
    app.before_request(_write_from_the_start)


def _settings(app: Flask, secure_cookies: bool) -> dict[str, Any]:
    return {
        "SECURITY_PASSWORD_SALT": app.config["SECRET_KEY"],
        "SECURITY_JOIN_USER_ROLES": False,  # What people may do stands in memberships.
        "SECURITY_PASSWORD_HASH": "argon2",
        # Else the salt, which is the key, goes into each hash, and nobody can sign in once the
        # key is changed. Argon2 salts by itself.
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
        # What goes into links is a hash with argon2's random salt already: one round is enough.
        # The library's default takes most of a second, inside a write transaction.
        "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        # Ours says no-store; the library would write a header that is not valid.
        "SECURITY_CACHE_CONTROL": {},
        # Its commands need roles, which are memberships here.
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        # Signing out changes what is stored, which no link may do.
        "SECURITY_LOGOUT_METHODS": ["POST"],
        # Its tokens would outlive signing out.
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_LOGIN_URL": "/login",
        "SECURITY_POST_LOGIN_VIEW": "/start",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_POST_CHANGE_VIEW": "/start",
        "SECURITY_POST_RESET_VIEW": "/login",
        "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=2),
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_EMAIL_VALIDATOR_ARGS": RULES,
        "SECURITY_I18N_DIRNAME": ["builtin", str(TRANSLATIONS)],
        "SECURITY_MSG_PASSWORD_RESET_REQUEST": (
            _("If there is an account for this address, a link is coming by mail."),
            "info",
        ),
        "SECURITY_EMAIL_SENDER": app.config["MAIL_FROM"],
        "SECURITY_EMAIL_SUBJECT_PASSWORD_RESET": _("Yueke: set a new password"),
        "SECURITY_EMAIL_SUBJECT_PASSWORD_NOTICE": _("Yueke: your password was set anew"),
        "SECURITY_EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": _("Yueke: your password was changed"),
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        # Without this a subscribed calendar would be sent cookies.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": secure_cookies,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SECURE": secure_cookies,
        **factors.settings(app),
    }


def page_or_mail(template: str, **values: Any) -> Any:
    """Render for the library: a form that was refused is a 422, and says each thing once.

    Mail knows nothing of the request that caused it: its addresses come from BASE_URL.
    """
    if template.startswith(MAIL_TEMPLATES):
        return render_template(template, **values, **_nothing_of_the_request())
    forms = [one for one in values.values() if isinstance(one, FlaskForm)]
    form = next((one for one in forms if one.errors), None)
    if form is None:
        return render_template(template, **values)
    form.form_errors = list(dict.fromkeys(form.form_errors))
    page = render_template(template, **values)
    refusal: DomainError | None = getattr(form, "refusal", None)
    if refusal is not None:
        return page, refusal.status, refusal.headers
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _nothing_of_the_request() -> dict[str, Any]:
    """What hides the request from a template: using one of these is an error."""
    hidden: dict[str, Any] = {
        name: StrictUndefined(f"mail has no {name}", name=name)
        for name in ("request", "session", "g")
    }
    return hidden | {"url_for": partial(url_for, _external=True)}


def _write_from_the_start() -> None:
    """The library writes and commits by itself: give it a write transaction."""
    if request.method == "POST" and request.endpoint in WRITING_ENDPOINTS:
        begin_write()
