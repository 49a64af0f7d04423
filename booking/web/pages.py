"""Template globals and filters, error pages, and security headers of all responses."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from booking import i18n
from booking.db import db, outages
from booking.errors import DomainError
from booking.process.sizes import MEGABYTE
from booking.text import is_local
from booking.web import assets, mistakes, origins, problems, request_safety, themes
from booking.web.request_safety import Typed

csrf = request_safety.Csrf()

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


SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "usb",
        )
    ),
}
"""Headers of every response, static files and errors included."""

STRICT_TRANSPORT_SECURITY = "max-age=31536000"
"""One year of https only (RFC 6797), without subdomains, which may belong to other services."""

RETRY_AFTER = "30"
"""The Retry-After header, in seconds, of responses during a database outage."""

Headers = Iterable[tuple[str, str]]


def init_app(app: Flask) -> None:
    """Register the template globals, the error pages and the headers."""
    # `origins` checks where a form comes from, so that a browser without Referer is not rejected.
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    csrf.init_app(app)
    app.jinja_env.globals.update(
        person=i18n.person,
        colon=i18n.colon,
        dash=i18n.dash,
        space=i18n.space,
        listed=i18n.listed,
        data_name=i18n.data_name,
        is_chinese=i18n.is_chinese,
        local=i18n.local,
        today=i18n.today,
        languages=i18n.languages,
        site_name=i18n.site_name,
        with_site_name=i18n.with_site_name,
        selected_language=i18n.selected_language,
        theme=themes.chosen,
    )
    app.jinja_env.filters.update(
        day=i18n.format_day,
        short_day=i18n.format_short_day,
        month=i18n.format_month,
        clock=i18n.format_clock,
        minute=i18n.format_minute,
        length_of_time=i18n.format_length,
        weekday=i18n.format_weekday,
        instant=i18n.format_instant,
        instant_name=i18n.name_instant,
        first_sentence=i18n.first_sentence,
        with_lang=i18n.with_lang,
    )
    app.jinja_env.globals.update(span=i18n.format_span, unbroken_span=i18n.unbroken_span)
    mistakes.init_app(app)
    app.after_request(_headers)
    app.register_error_handler(DomainError, refusal)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(origins.UnknownHost, _unknown_host)
    app.register_error_handler(origins.ForeignForm, _foreign_form)
    for error in (DBAPIError, PoolTimeout):
        app.register_error_handler(error, _database_error)
    app.register_error_handler(500, _crash)


def plain_page(
    sentence: str,
    status: int,
    *,
    way_out: str = "/",
    typed: Sequence[Typed] = (),
    headers: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    """A page that needs no database, routing or session, for when one of them is unavailable.

    It is rendered without context processors, which would load the current user, and sets no
    cookie unless it holds a form (`typed`).
    """
    page = current_app.jinja_env.get_template("plain.html").render(
        sentence=sentence,
        status=status,
        way_out=way_out,
        root=request.root_path,
        asset=assets.current().name,
        typed=typed,
        there=request.full_path.rstrip("?"),
    )
    return page, status, dict(headers or {})


def error_page(
    sentence: str, status: int, headers: Headers | None = None, *, back: str | None = None
) -> ResponseReturnValue:
    """The error page with the menu, or a plain page if the menu cannot be rendered."""
    header_list = list(headers or [])
    try:
        page = render_template("error.html", sentence=sentence, status=status, back=back)
    except Exception:
        current_app.log_exception(sys.exc_info())
        return plain_page(sentence, status, headers=dict(header_list))
    return page, status, header_list


def refusal(error: DomainError) -> ResponseReturnValue:
    """What answers a `DomainError` that no view has handled: a page, or a problem as JSON."""
    if problems.asked():
        return problems.refused(error)
    return error_page(str(error.sentence), error.status, list(error.headers.items()))


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    sentence = _(
        "You signed in or out after this page was opened, or this browser keeps no cookies. "
        "Nothing was changed. Open the page again and repeat."
    )
    if origins.source() is not origins.Source.OWN:
        # Perhaps a page of another site: the response must not change this site's cookies.
        return plain_page(sentence, HTTPStatus.BAD_REQUEST)
    return error_page(sentence, HTTPStatus.BAD_REQUEST, back=_page_before())


def _unknown_host(_error: origins.UnknownHost) -> ResponseReturnValue:
    base_url = current_app.config["BASE_URL"]
    sentence = _("This site does not have this address. Open %(address)s.", address=base_url)
    return plain_page(sentence, HTTPStatus.BAD_REQUEST, way_out=base_url)


def _foreign_form(_error: origins.ForeignForm) -> ResponseReturnValue:
    sentence = _(
        "This form was sent by a page of another site. Nothing was changed. "
        "Open Yueke yourself and repeat there."
    )
    return plain_page(sentence, HTTPStatus.FORBIDDEN)


def _page_before() -> str | None:
    """The page of this site that sent the form, by the Referer header, or None."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return None
    return local_target(f"{before.path}?{before.query}".rstrip("?"))


def sign_in_and_repeat(step: str | None = None) -> ResponseReturnValue:
    """The page for a form that was sent without a session: it shows the sent values again.

    `step` is the address of what is missing after the password, if that was right. Only for forms
    of this site's own pages: see `request_safety.may_show_typed`.
    """
    target = request.full_path.rstrip("?")
    page = render_template("resend.html", typed=request_safety.typed(), there=target, step=step)
    return page, HTTPStatus.UNAUTHORIZED


def http_error(error: HTTPException) -> ResponseReturnValue:
    """The error page of an `HTTPException`, such as 404 for an unknown URL."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return error
    sentences = {
        400: _("The address or the form was incomplete. Go back and try again."),
        403: _("You may not do this. Sign in with another account or ask your coordinator."),
        404: _("There is nothing at this address. It may have moved, or a character is missing."),
        405: _("This page cannot be used in this way. Start again from the first page."),
        410: _("This address is no longer valid. Ask for a new one."),
        413: _(
            "This file is too large. The limit is %(size)s MB.",
            size=current_app.config["LARGEST_FILE"] // MEGABYTE,
        ),
        503: _("Something broke on our side. Nothing was changed. Please try again in a minute."),
        429: _("Too many tries in a short time. Wait a minute, then try again."),
    }
    sentence = sentences.get(status, _("Something is wrong with this request."))
    # Headers such as Allow and Retry-After are kept; only the body is replaced.
    headers = [
        (name, value) for name, value in error.get_headers() if name.lower() != "content-type"
    ]
    if problems.asked():
        code = HTTPStatus(status).name.lower()
        response = problems.problem(status, sentence, code)
        response.headers.extend(headers)
        return response
    return error_page(sentence, status, headers)


def _database_error(error: DBAPIError | PoolTimeout) -> ResponseReturnValue:
    """503 for a database outage; other database errors are defects and are raised again."""
    outage = outages.outage(error)
    if outage is None:
        raise error
    outages.log_outage(outage)
    return unavailable()


def unavailable() -> ResponseReturnValue:
    """The 503 page of a database outage, with the values of a form marked `keeps_typed`."""
    db.session.rollback()
    typed = request_safety.typed() if request_safety.may_show_typed() else ()
    sentence = _(
        "Yueke cannot read or write its data at the moment. Nothing was changed. "
        "Please try again in a minute."
    )
    return plain_page(
        sentence, HTTPStatus.SERVICE_UNAVAILABLE, typed=typed, headers={"Retry-After": RETRY_AFTER}
    )


def _crash(error: InternalServerError) -> ResponseReturnValue:
    if outages.outage(error.original_exception) is not None:
        return unavailable()
    db.session.rollback()
    sentence = _("Something broke on our side. Nothing was changed. Please try again in a minute.")
    return error_page(sentence, HTTPStatus.INTERNAL_SERVER_ERROR)


def _headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["BASE_URL"].startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT_SECURITY)
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def local_target(target: str | None) -> str:
    """The target if it is a path of this site, else the path of the first page."""
    return target if target and is_local(target) else url_for("directory.home")


def remember_language(language: str) -> ResponseReturnValue:
    """Store the chosen language in the session and redirect back."""
    if language in i18n.languages():
        session["language"] = language
        session.permanent = True
    return redirect(local_target(request.args.get("next")))


def remember_theme(theme: themes.Theme) -> ResponseReturnValue:
    """Keep the chosen theme in this browser and redirect back."""
    response = current_app.make_response(redirect(local_target(request.args.get("next"))))
    themes.remember(response, theme)
    return response
