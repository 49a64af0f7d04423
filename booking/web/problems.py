"""Refusals as JSON, for requests that ask for it: problem details (RFC 9457).

A view shows a refusal on its page: `except on_page(DomainError) as error`. Where JSON is asked for,
nothing is caught there, and the error handlers of `error_pages` answer with `problem`.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, TypeVar, cast

from flask import Response, current_app, request
from flask_babel import get_locale

from booking import i18n
from booking.errors import DomainError

MEDIA_TYPE = "application/problem+json"

_PAGES = ("text/html", "application/xhtml+xml")
_JSON = ("application/json", MEDIA_TYPE)

E = TypeVar("E", bound=DomainError)


def asked() -> bool:
    """Whether the request prefers JSON to a page; any type at all means a page."""
    return request.accept_mimetypes.best_match([*_PAGES, *_JSON]) in _JSON


def on_page(*kinds: type[E]) -> tuple[type[E], ...]:
    """The refusals that a view shows on its page: these, or none where JSON is asked for."""
    return () if asked() else kinds


def code_of(kind: type[DomainError]) -> str:
    """The name of a refusal for programs, which stays whatever its sentence says."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()


def refused(error: DomainError) -> Response:
    """The problem of a refusal, with the field it is about and the times that would do."""
    more: dict[str, Any] = {}
    field = getattr(error, "field", None)
    if field is not None:
        more["field"] = field
    nearest = getattr(error, "nearest", None)
    if nearest is not None:
        more["nearest"] = [i18n.local(slot[0]).isoformat() for slot in nearest]
    response = problem(error.status, str(error.sentence), code_of(type(error)), **more)
    response.headers.update(error.headers)
    return response


def problem(status: int, sentence: str, code: str, **more: Any) -> Response:
    """A problem whose type is its status (`about:blank`), with a code and a sentence."""
    phrase, language = HTTPStatus(status).phrase, str(get_locale()).replace("_", "-")
    body = {"type": "about:blank", "title": phrase, "status": status, "detail": sentence}
    response = cast(
        Response, current_app.json.response(body | {"code": code, "language": language} | more)
    )
    response.status_code, response.mimetype = status, MEDIA_TYPE
    response.headers["Content-Language"] = language
    response.vary.add("Accept")
    return response
