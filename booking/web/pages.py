"""Template globals and filters, security headers of all responses, language and theme."""

from __future__ import annotations

from http import HTTPStatus

from flask import (
    Flask,
    Response,
    current_app,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from booking import i18n
from booking.text import is_local
from booking.web import mistakes, request_safety, themes

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


def init_app(app: Flask) -> None:
    """Register the template globals and the headers."""
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


def _headers(response: Response) -> Response:
    # What 304 confirms keeps the headers with which it was stored (RFC 9110, section 15.4.5).
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        _secure(response)
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _secure(response: Response) -> None:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["BASE_URL"].startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT_SECURITY)


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
