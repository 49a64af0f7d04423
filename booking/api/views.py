"""The routes of ``/api/v1``: GET only, and errors as JSON."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_smorest import Api, Blueprint
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    UnprocessableEntity,
)

from booking import clock, i18n
from booking.accounts.guards import requires
from booking.api import schemas
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.slot_request import slot_request_for
from booking.availability.engine.travel import Place
from booking.availability.queries import unofficial_years
from booking.db import db, outages
from booking.directory.engine.cards import Card, TopicLine
from booking.directory.engine.error_collector import WrongFields
from booking.directory.engine.matching import Match
from booking.directory.engine.search_query import read
from booking.directory.matching import service as matching_service
from booking.directory.matching.query_string import (
    parameters,
    read_days,
    read_format,
    read_minutes,
    read_region,
    read_topic,
)
from booking.directory.matching.requester import own_match_query, own_organisation, own_region
from booking.directory.profile.queries import Profile, profile
from booking.directory.search import queries as search_queries
from booking.errors import DomainError, Invalid, NotFound
from booking.instructors.engine.vocabulary import Format
from booking.lectures.queries import bookable_slots
from booking.web import pages as web
from booking.web.request_limits import limited

PREFIX = "/api/v1"

blueprint = Blueprint("api", __name__, url_prefix=PREFIX, description=schemas.__doc__ or "")


class _Api(Api):
    """The pages keep their own errors; ours are those of the blueprint."""

    def _register_error_handlers(self) -> None:
        """None for the whole application."""


def init_app(app: Flask) -> None:
    """Attach the routes and their description (/api/v1/openapi.json), without a browser page."""
    app.config.update(
        API_TITLE="Yueke",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    _Api(app).register_blueprint(blueprint)
    # No route is found for these, so they never reach the blueprint's own handlers.
    for status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        app.register_error_handler(status, _without_route)


@blueprint.get("/instructors")
@limited("search")
@requires("directory.search")
@blueprint.arguments(schemas.SearchQuery, location="query")
@blueprint.response(200, schemas.Page)
def instructors(_documented: dict[str, Any]) -> dict[str, Any]:
    """Search the register: the same people in the same order as on the page, 20 at a time."""
    session = db.session()
    found = search_queries.find(
        session,
        read(request.args),
        here=own_region(),
        organisation_id=own_organisation(),
        now=clock.now(),
        zone=i18n.zone(),
    )
    return {
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "estimated_years": _estimated(session, i18n.today() + search_queries.LOOK_AHEAD),
        "instructors": [_card(one) for one in found.cards],
    }


@blueprint.get("/instructors/<int:instructor_id>/slots")
@limited("search")
@requires("instructor.read")
@blueprint.arguments(schemas.SlotsQuery, location="query")
@blueprint.response(200, schemas.Slots)
def slots(_documented: dict[str, Any], instructor_id: int) -> dict[str, Any]:
    """The times that can be booked; without a topic the first one counts, as on the page."""
    session = db.session()
    found = profile(session, instructor_id)
    region = read_region(session, request.args) or own_region() or found.region_code
    first, last = read_days(request.args, first=i18n.today())
    topic, slot_request = _asked(session, found, region)
    listed = bookable_slots(
        session,
        [found.id],
        slot_request=slot_request,
        first=first,
        last=last,
        now=clock.now(),
        zone=i18n.zone(),
    )
    return {
        "instructor": found.id,
        "topic": topic.id if topic else None,
        "minutes": slot_request.minutes,
        "region": region,
        "since": first,
        "until": last,
        "estimated_years": _estimated(session, last),
        "slots": listed[found.id],
    }


@blueprint.get("/matches")
@limited("search")
@requires("directory.search")
@blueprint.arguments(schemas.MatchesQuery, location="query")
@blueprint.response(200, schemas.Matches)
def matches(_documented: dict[str, Any]) -> dict[str, Any]:
    """Who can teach this, here, then."""
    session = db.session()
    match_query = own_match_query(session)
    answer = matching_service.find(session, match_query, now=clock.now(), zone=i18n.zone())
    counted = [match_query.last, *(i18n.local(one.first_time[0]).date() for one in answer.nearest)]
    return {
        "since": match_query.first,
        "until": match_query.last,
        "estimated_years": _estimated(session, max(counted)),
        "considered": answer.considered,
        "matches": [_match(one) for one in answer.matches],
        "nearest": [
            {
                "kind": one.kind,
                "query": parameters(one.match_query),
                "first_time": one.first_time,
            }
            for one in answer.nearest
        ],
    }


def _estimated(session: Session, last: date) -> list[int]:
    """The years until `last` whose days off are estimated: notice is counted in them from today."""
    return unofficial_years(session, i18n.today(), last)


def _asked(session: Session, found: Profile, region: str) -> tuple[TopicLine | None, SlotRequest]:
    """The topic and what it asks of the time, or a length without a topic."""
    minutes, wanted = read_minutes(request.args), read_topic(session, request.args)
    form = read_format(request.args)
    if wanted is None and minutes is not None:
        place = None if form is Format.ONLINE else Place(region)
        return None, SlotRequest(minutes, place, own_organisation())
    topic = next((one for one in found.topics if wanted in (None, one.id)), None)
    if topic is None:
        raise NotFound(_("This topic is no longer offered. Choose another."))
    if minutes not in (None, topic.minutes):
        raise Invalid(
            _("This topic takes %(minutes)s minutes. Leave the length out.", minutes=topic.minutes),
            field="minutes",
        )
    if form is not None and form not in (topic.formats or (Format.LECTURE,)):
        raise Invalid(
            _("This topic is not taught in this format. Leave the format out."), field="format"
        )
    return topic, slot_request_for(topic, region, own_organisation(), form)


def _card(card: Card) -> dict[str, Any]:
    one = card.instructor
    return {
        "id": one.id,
        "name": one.name,
        "title": one.title,
        "workplace": one.workplace,
        "serves": [region.code for region in one.serves],
        "topics": one.topics,
        "topic": card.topic.id if card.topic else None,
        "region": card.region_code,
        "earliest": card.earliest,
    }


def _match(one: Match) -> dict[str, Any]:
    return {
        "instructor": {
            "id": one.instructor_id,
            "name": one.name,
            "title": one.title,
            "workplace": one.workplace,
        },
        "topic": {"id": one.topic_id, "title": one.topic_title, "minutes": one.minutes},
        "online": one.online,
        "region": one.region_code,
        "reasons": one.reasons,
        "times": one.times,
    }


@blueprint.errorhandler(DomainError)
def _refused(error: DomainError) -> ResponseReturnValue:
    """The sentence that the page has; 409 where the description allows what was asked for."""
    status = HTTPStatus.CONFLICT if isinstance(error, Invalid) else error.status
    told = _error(status, str(error.sentence))
    wrong = error.wrong if isinstance(error, WrongFields) else (error,)
    fields: dict[str, list[str]] = {}
    for one in wrong:
        if isinstance(one, Invalid) and one.field:
            # The rows of preferred times (day-2) are one parameter here.
            fields.setdefault(one.field.partition("-")[0], []).append(str(one.sentence))
    if fields:
        told["errors"] = {"query": fields}
    return told, status, error.headers


@blueprint.errorhandler(HTTPException)
def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    sentences = {
        404: _("There is nothing at this address. It may have moved, or a character is missing."),
        405: _("This can only be read: ask with GET."),
    }
    told = _error(status, sentences.get(status) or str(error.description or ""))
    if isinstance(error, UnprocessableEntity):
        # From the description's own check of the parameters.
        wrong = _sentences(error)
        told |= {"message": next(iter(wrong.values()))[0], "errors": {"query": wrong}}
    allowed = isinstance(error, MethodNotAllowed) and error.valid_methods
    return told, status, {"Allow": ", ".join(sorted(allowed))} if allowed else {}


def _sentences(error: UnprocessableEntity) -> dict[str, list[str]]:
    """What is wrong with which parameter; of a list each sentence once."""
    found: dict[str, list[str]] = {}
    for name, wrong in getattr(error, "data", {})["messages"]["query"].items():
        nested = wrong.values() if isinstance(wrong, dict) else [wrong]
        found[name] = list(dict.fromkeys(str(one) for some in nested for one in some))
    return found


@blueprint.errorhandler(DBAPIError)
@blueprint.errorhandler(PoolTimeout)
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
    return _error(status, sentence), status, {"Retry-After": web.RETRY_AFTER}


@blueprint.errorhandler(HTTPStatus.INTERNAL_SERVER_ERROR)
def _crash(error: InternalServerError) -> ResponseReturnValue:
    """As the page says it: found before the handler of all HTTP errors, which would be a page."""
    if outages.outage(error.original_exception) is not None:
        return _unavailable()
    db.session.rollback()
    sentence = _("Something broke on our side. Nothing was changed. Please try again in a minute.")
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _error(status, sentence), status


def _without_route(error: HTTPException) -> ResponseReturnValue:
    """JSON below our prefix, the page everywhere else."""
    here = f"{request.path}/".startswith(f"{PREFIX}/")
    return _http_error(error) if here else web.http_error(error)


def _error(status: int, sentence: str) -> dict[str, Any]:
    return {"code": status, "status": HTTPStatus(status).phrase, "message": sentence}
