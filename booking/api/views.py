"""Routes of ``/api/v1``: GET only, errors as JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Flask, request
from flask_babel import gettext as _
from flask_smorest import Api, Blueprint
from sqlalchemy.orm import Session

from booking import clock, i18n
from booking.accounts.guards import requires
from booking.api import error_responses, schemas
from booking.api.error_responses import PREFIX
from booking.availability.engine.offers import SlotRequest, slot_request_for
from booking.availability.engine.travel import Place
from booking.availability.queries import estimated_years_ahead
from booking.db import db
from booking.directory.engine.cards import Card, TopicLine
from booking.directory.engine.matching import Match
from booking.directory.engine.search_query import read
from booking.directory.engine.url_parameters import NO_TOPIC, read_format, read_minutes
from booking.directory.matching import service as matching_service
from booking.directory.matching.query_string import (
    parameters,
    read_days,
    read_region,
    read_topic,
)
from booking.directory.matching.requester import own_match_query, own_organisation, own_region
from booking.directory.profile.queries import Profile, profile
from booking.directory.search import queries as search_queries
from booking.errors import Invalid, NotFound
from booking.instructors.engine.vocabulary import Format
from booking.lectures.schedules.queries import bookable_slots
from booking.visibility.guards import check_entry, public_only, sees_every_entry
from booking.web.request_limits import limited

blueprint = Blueprint("api", __name__, url_prefix=PREFIX, description=schemas.__doc__ or "")
error_responses.register(blueprint)


class _Api(Api):
    """`Api` without app-wide error handlers: pages keep theirs, the blueprint has its own."""

    def _register_error_handlers(self) -> None:
        """Register none."""


def init_app(app: Flask) -> None:
    """Register the routes and /api/v1/openapi.json, without an HTML documentation page."""
    app.config.update(
        API_TITLE="Yueke",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    _Api(app).register_blueprint(blueprint)
    # Raised by routing, before a blueprint is known: blueprint handlers do not get them.
    for status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        app.register_error_handler(status, error_responses.without_route)


@blueprint.get("/instructors")
@limited("search")
@requires("directory.search")
@blueprint.arguments(schemas.SearchQuery, location="query")
@blueprint.response(200, schemas.Page)
def instructors(_documented: dict[str, Any]) -> dict[str, Any]:
    """Search the register: the same instructors in the same order as on the page, 20 a page."""
    session = db.session()
    results = search_queries.find(
        session,
        replace(
            search_queries.with_successors(session, read(request.args), (), ()),
            public_only=public_only(),
        ),
        here=own_region(),
        organisation_id=own_organisation(),
        now=clock.now(),
        zone=i18n.zone(),
    )
    return {
        "total": results.total,
        "page": results.page,
        "pages": results.pages,
        "estimated_years": _estimated(session, i18n.today() + search_queries.LOOK_AHEAD),
        "instructors": [_card(card) for card in results.cards],
    }


@blueprint.get("/instructors/<int:instructor_id>/slots")
@limited("search")
@requires("instructor.read")
@blueprint.arguments(schemas.SlotsQuery, location="query")
@blueprint.response(200, schemas.Slots)
def slots(_documented: dict[str, Any], instructor_id: int) -> dict[str, Any]:
    """The bookable slots of an instructor; without a topic those of the first, as on the page."""
    session = db.session()
    instructor = profile(session, instructor_id)
    check_entry(instructor.public)
    region = read_region(session, request.args) or own_region() or instructor.region_code
    first, last = read_days(request.args, first=i18n.today())
    topic, slot_request = _slot_request(session, instructor, region)
    slots_by_id = bookable_slots(
        session,
        [instructor.id],
        slot_request=slot_request,
        first=first,
        last=last,
        now=clock.now(),
        zone=i18n.zone(),
    )
    return {
        "instructor": instructor.id,
        "topic": topic.id if topic else None,
        "minutes": slot_request.minutes,
        "region": region,
        "since": first,
        "until": last,
        "estimated_years": _estimated(session, last),
        "slots": slots_by_id[instructor.id],
    }


@blueprint.get("/matches")
@limited("search")
@requires("directory.search")
@blueprint.arguments(schemas.MatchesQuery, location="query")
@blueprint.response(200, schemas.Matches)
def matches(_documented: dict[str, Any]) -> dict[str, Any]:
    """The instructors who match a query, ranked; without matches the nearest alternatives."""
    session = db.session()
    match_query = own_match_query(session)
    answer = matching_service.find(session, match_query, now=clock.now(), zone=i18n.zone())
    first_times = (alternative.first_time[0] for alternative in answer.nearest)
    days = [match_query.last, *(i18n.local(start).date() for start in first_times)]
    return {
        "since": match_query.first,
        "until": match_query.last,
        "estimated_years": _estimated(session, max(days)),
        "considered": answer.considered,
        "matches": [_match(match) for match in answer.matches],
        "nearest": [
            {
                "kind": alternative.kind,
                "query": parameters(alternative.match_query),
                "first_time": alternative.first_time,
            }
            for alternative in answer.nearest
        ],
    }


def _estimated(session: Session, last: date) -> list[int]:
    """The years from today to `last` with estimated days off; lead times depend on them too."""
    return estimated_years_ahead(session, i18n.today(), last)


def _topic_id(session: Session) -> int | None:
    return read_topic(session, request.args, not sees_every_entry())


def _slot_request(
    session: Session, instructor: Profile, region: str
) -> tuple[TopicLine | None, SlotRequest]:
    """The topic with its slot request; without a topic a slot request of the given length."""
    minutes, topic_id = read_minutes(request.args), _topic_id(session)
    form = read_format(request.args)
    if topic_id is None and minutes is not None:
        place = None if form is Format.ONLINE else Place(region)
        return None, SlotRequest(minutes, place, own_organisation())
    topic = next((line for line in instructor.topics if topic_id in (None, line.id)), None)
    if topic is None:
        raise NotFound(NO_TOPIC)
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
    instructor = card.instructor
    return {
        "id": instructor.id,
        "name": instructor.name,
        "title": instructor.title,
        "workplace": instructor.workplace,
        "serves": [region.code for region in instructor.serves],
        "topics": instructor.topics,
        "topic": card.topic.id if card.topic else None,
        "region": card.region_code,
        "earliest": card.earliest,
    }


def _match(match: Match) -> dict[str, Any]:
    return {
        "instructor": {
            "id": match.instructor_id,
            "name": match.name,
            "title": match.title,
            "workplace": match.workplace,
        },
        "topic": {"id": match.topic_id, "title": match.topic_title, "minutes": match.minutes},
        "online": match.online,
        "region": match.region_code,
        "reasons": match.reasons,
        "times": match.times,
    }
