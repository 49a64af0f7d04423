"""What pages share: template globals and filters, error pages, security headers."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_bootstrap import Bootstrap5
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from booking import i18n, incoming
from booking.db import db
from booking.errors import DomainError, Invalid

bootstrap = Bootstrap5()
csrf = incoming.Csrf()

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def with_error(form: FlaskForm, error: Invalid) -> FlaskForm:
    """The form with a refusal at the field that it names."""
    field = form._fields[error.field]
    field.errors = [*field.errors, error.sentence]
    return form


def init_app(app: Flask) -> None:
    """Attach templates' globals, the error pages and the headers."""
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, WTF_CSRF_TIME_LIMIT=None)
    bootstrap.init_app(app)
    csrf.init_app(app)
    app.jinja_env.globals.update(
        person=i18n.person,
        colon=i18n.colon,
        listed=i18n.listed,
        data_name=i18n.data_name,
        is_chinese=i18n.is_chinese,
        local=i18n.local,
        today=i18n.today,
        languages=i18n.languages,
        selected_language=i18n.selected_language,
    )
    app.jinja_env.filters.update(
        day=i18n.format_day,
        short_day=i18n.format_short_day,
        clock=i18n.format_clock,
        minute=i18n.format_minute,
        weekday=i18n.format_weekday,
        instant=i18n.format_instant,
        instant_name=i18n.name_instant,
    )
    app.jinja_env.globals.update(span=i18n.format_span, unbroken_span=i18n.unbroken_span)
    app.after_request(_headers)
    app.register_error_handler(DomainError, refusal)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(500, _crash)


def refusal(error: DomainError) -> ResponseReturnValue:
    """The page for a refusal that no form shows."""
    page = render_template("error.html", sentence=error.sentence, status=error.status)
    return page, error.status, error.headers


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    sentence = _(
        "You signed in or out after this page was opened, or this browser keeps no cookies. "
        "Nothing was changed. Open the page again and repeat."
    )
    page = render_template("error.html", sentence=sentence, status=400, back=_page_before())
    return page, 400


def _page_before() -> str | None:
    """The page of this site from which a form was sent, where the browser says so."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return None
    return local_target(f"{before.path}?{before.query}".rstrip("?"))


def sign_in_and_repeat() -> ResponseReturnValue:
    """The page for a form that was sent after signing out: it holds what was typed."""
    typed = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
    page = render_template("resend.html", typed=typed, there=request.full_path.rstrip("?"))
    return page, HTTPStatus.UNAUTHORIZED


def http_error(error: HTTPException) -> ResponseReturnValue:
    """The page for what the framework refuses, such as an unknown address."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return error
    sentences = {
        400: _("The address or the form was incomplete. Go back and try again."),
        403: _("You may not do this. Sign in with another account or ask your coordinator."),
        404: _("There is nothing at this address. It may have moved, or a character is missing."),
        405: _("This page cannot be used in this way. Start again from the first page."),
        410: _("This address is no longer valid. Ask for a new one."),
        413: _("This file is too large. The limit is 5 MB."),
        503: _("Something broke on our side. Nothing was changed. Please try again in a minute."),
        429: _("Too many tries in a short time. Wait a minute, then try again."),
    }
    sentence = sentences.get(status, _("Something is wrong with this request."))
    page = render_template("error.html", sentence=sentence, status=status)
    # Such as Allow, Retry-After: they are part of the answer, but the page is ours.
    headers = [one for one in error.get_headers() if one[0].lower() != "content-type"]
    return page, status, headers


def _crash(_error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    sentence = _("Something broke on our side. Nothing was changed. Please try again in a minute.")
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return render_template("error.html", sentence=sentence, status=500), status


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.endpoint not in {"static", "bootstrap.static"}:
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def local_target(target: str | None) -> str:
    """A path of this site to return to; anything else becomes the first page."""
    # Browsers drop tabs and line breaks and read a backslash as a slash.
    if target and target.isprintable() and re.match(r"/(?![/\\])", target):
        return target
    return url_for("directory.home")


def remember_language(language: str) -> ResponseReturnValue:
    """Keep the chosen language on this browser and go back."""
    if language in i18n.languages():
        session["language"] = language
        session.permanent = True
    return redirect(local_target(request.args.get("next")))
