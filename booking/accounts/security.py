"""Set-up of Flask-Security: sign-in, sign-out, reset by mail and change of password."""

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

from booking import i18n
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
from booking.sentences import N_
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
    """Attach Flask-Security; `mail_util` queues its mail as deliveries."""
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
    # Static files are the same for all users: they need no query for the current user.
    security.principal.skip_static = True
    # All errors are pages: the limits and the audit log rely on their status codes.
    security.want_json(lambda _request: False)
    app.view_functions.update(dict.fromkeys(SWITCHED_OFF, nothing_here))
    security.pwd_context = OneAtATime(security.pwd_context)
    for form_info in security.forms.values():
        if form_info.cls is not None:
            form_info.cls = request_safety.bounded(form_info.cls)
    fallback_keys.accept_fallbacks(app)
    login_manager.init_app(app)
    address_change.init_app(app)
    app.before_request(_begin_library_write)


def _settings(app: Flask, secure_cookies: bool) -> dict[str, Any]:
    return {
        "SECURITY_PASSWORD_SALT": app.config["SECRET_KEY"],
        "SECURITY_JOIN_USER_ROLES": False,  # Roles are memberships.
        "SECURITY_PASSWORD_HASH": "argon2",
        # Otherwise the salt, which is SECRET_KEY, goes into each hash, and no password would be
        # valid after the key is rotated. Argon2 has a salt of its own.
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
        # Tokens of links contain the argon2 hash with its random salt: a fast hash is enough. The
        # library's default takes most of a second, inside a write transaction.
        "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        # `pages` sends no-store; the library would send an invalid header.
        "SECURITY_CACHE_CONTROL": {},
        # The library's commands need its roles, which are memberships here.
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        # Signing out changes state, so GET is not allowed.
        "SECURITY_LOGOUT_METHODS": ["POST"],
        # The library's authentication tokens would stay valid after signing out.
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
        "SECURITY_EMAIL_SUBJECT_PASSWORD_RESET": i18n.mail_subject(N_("set a new password")),
        "SECURITY_EMAIL_SUBJECT_PASSWORD_NOTICE": i18n.mail_subject(
            N_("your password was set anew")
        ),
        "SECURITY_EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": i18n.mail_subject(
            N_("your password was changed")
        ),
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        # Otherwise responses of calendar feeds would set cookies.
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
    """Render a template for the library; an invalid form gets 422 and its errors only once.

    Mail templates cannot access the request that caused them: their URLs come from BASE_URL.
    """
    if template.startswith(MAIL_TEMPLATES):
        return render_template(template, **values, **_without_request())
    forms = [value for value in values.values() if isinstance(value, FlaskForm)]
    form = next((form for form in forms if form.errors), None)
    if form is None:
        return render_template(template, **values)
    form.form_errors = list(dict.fromkeys(form.form_errors))
    page = render_template(template, **values)
    refusal: DomainError | None = getattr(form, "refusal", None)
    if refusal is not None:
        return page, refusal.status, refusal.headers
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _without_request() -> dict[str, Any]:
    """Template variables that hide the request: using one of them raises an error."""
    hidden: dict[str, Any] = {
        name: StrictUndefined(f"mail has no {name}", name=name)
        for name in ("request", "session", "g")
    }
    return hidden | {"url_for": partial(url_for, _external=True)}


def _begin_library_write() -> None:
    """Begin a write transaction for library views, which write and commit by themselves."""
    if request.method == "POST" and request.endpoint in WRITING_ENDPOINTS:
        begin_write()
