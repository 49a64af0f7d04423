"""Pages that tell of errors: refusals, unknown addresses, stale forms, outages and defects."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import (
    Flask,
    current_app,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from booking.db import db, outages
from booking.errors import DomainError
from booking.process.sizes import MEGABYTE
from booking.web import assets, origins, problems, request_safety
from booking.web.pages import local_target
from booking.web.request_safety import Typed

RETRY_AFTER = "30"
"""The Retry-After header, in seconds, of responses during a database outage."""

Headers = Iterable[tuple[str, str]]


def init_app(app: Flask) -> None:
    """Register the error pages."""
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
