"""Errors of the API: the sentences of the pages as JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_smorest import Blueprint
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    UnprocessableEntity,
)

from booking.db import db, outages
from booking.directory.engine.error_collector import WrongFields
from booking.errors import DomainError, Invalid
from booking.web import error_pages

PREFIX = "/api/v1"


def register(blueprint: Blueprint) -> None:
    """Add the error handlers to the blueprint."""
    blueprint.register_error_handler(DomainError, _domain_error)
    blueprint.register_error_handler(HTTPException, _http_error)
    blueprint.register_error_handler(DBAPIError, _database_error)
    blueprint.register_error_handler(PoolTimeout, _database_error)
    blueprint.register_error_handler(HTTPStatus.INTERNAL_SERVER_ERROR, _crash)


def _domain_error(error: DomainError) -> ResponseReturnValue:
    """The page's message as JSON; `Invalid` becomes 409, as the query passed the schema."""
    status = HTTPStatus.CONFLICT if isinstance(error, Invalid) else error.status
    body = _error(status, str(error.sentence))
    wrong = error.wrong if isinstance(error, WrongFields) else (error,)
    fields: dict[str, list[str]] = {}
    for each in wrong:
        if isinstance(each, Invalid) and each.field:
            # Form fields of further rows (day-2) are the same repeated parameter here.
            fields.setdefault(each.field.partition("-")[0], []).append(str(each.sentence))
    if fields:
        body["errors"] = {"query": fields}
    return body, status, error.headers


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    sentences = {
        404: _("There is nothing at this address. It may have moved, or a character is missing."),
        405: _("This can only be read: ask with GET."),
    }
    body = _error(status, sentences.get(status) or str(error.description or ""))
    if isinstance(error, UnprocessableEntity):
        # Raised by the schema's validation of the parameters.
        messages = _messages(error)
        body |= {"message": next(iter(messages.values()))[0], "errors": {"query": messages}}
    allowed = isinstance(error, MethodNotAllowed) and error.valid_methods
    return body, status, {"Allow": ", ".join(sorted(allowed))} if allowed else {}


def _messages(error: UnprocessableEntity) -> dict[str, list[str]]:
    """The messages by parameter; for list parameters without duplicates."""
    messages: dict[str, list[str]] = {}
    for name, wrong in getattr(error, "data", {})["messages"]["query"].items():
        nested = wrong.values() if isinstance(wrong, dict) else [wrong]
        messages[name] = list(dict.fromkeys(str(text) for texts in nested for text in texts))
    return messages


def _database_error(error: DBAPIError | PoolTimeout) -> ResponseReturnValue:
    outage = outages.outage(error)
    if outage is None:
        raise error
    outages.log_outage(outage)
    return _unavailable()


def _unavailable() -> ResponseReturnValue:
    db.session.rollback()
    sentence = _("Yueke cannot read its data at the moment. Please try again in a minute.")
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return _error(status, sentence), status, {"Retry-After": error_pages.RETRY_AFTER}


def _crash(error: InternalServerError) -> ResponseReturnValue:
    """The page's 500 as JSON; takes precedence over the HTTPException handler, which gives HTML."""
    if outages.outage(error.original_exception) is not None:
        return _unavailable()
    db.session.rollback()
    sentence = _("Something broke on our side. Nothing was changed. Please try again in a minute.")
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _error(status, sentence), status


def without_route(error: HTTPException) -> ResponseReturnValue:
    """JSON below `PREFIX`, the HTML page everywhere else."""
    in_api = f"{request.path}/".startswith(f"{PREFIX}/")
    return _http_error(error) if in_api else error_pages.http_error(error)


def _error(status: int, sentence: str) -> dict[str, Any]:
    return {"code": status, "status": HTTPStatus(status).phrase, "message": sentence}
