"""The topic and the start that a path to the booking form names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import parse_qsl

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from booking import i18n
from booking.availability.engine.zones import local_instant
from booking.availability.month.engine.months import YEARS
from booking.db import db
from booking.errors import DomainError, Invalid, NotFound
from booking.instructors.models import Topic
from booking.instructors.queries import PUBLIC_TOPIC
from booking.lectures.models import Lecture

LONGEST_NUMBER = 40
"""Of the number of a lecture in a URL."""

_TOPIC = (
    select(Topic)
    .where(Topic.id == bindparam("topic"), PUBLIC_TOPIC)
    .options(joinedload(Topic.instructor, innerjoin=True))
)


class Chosen(NamedTuple):
    """What a link to the booking form asks for."""

    topic: Topic
    starts_at: datetime


def chosen_start(target: str | None) -> Chosen | None:
    """For templates: the topic and start of a path to the booking form; None for another path.

    Somebody who has to sign in on the way there sees what was chosen.
    """
    path, _mark, query = (target or "").partition("?")
    try:
        endpoint, values = current_app.url_map.bind("").match(path)
        if endpoint != "lectures.book":
            return None
        parameters = dict(parse_qsl(query))
        topic = requested_topic(db.session(), values["instructor_id"], parameters)
        return Chosen(topic, requested_start(parameters))
    except (HTTPException, RequestRedirect, DomainError):
        return None


def requested_topic(session: Session, instructor_id: int, parameters: Mapping[str, str]) -> Topic:
    """The public topic of the instructor that `topic` names, or `NotFound`."""
    topic_id = parameters.get("topic", "")
    topic = None
    if topic_id.isdecimal() and len(topic_id) < 10:
        topic = session.scalars(_TOPIC, {"topic": int(topic_id)}).one_or_none()
    if topic is None or topic.instructor_id != instructor_id:
        raise NotFound(_("This topic is no longer offered. Choose another."))
    return topic


def earlier_lecture(
    session: Session, organisation_ids: Collection[int], parameters: Mapping[str, str]
) -> Lecture | None:
    """The lecture that `like` names, if it is of one of these organisations."""
    number = parameters.get("like", "")[:LONGEST_NUMBER]
    if not number:
        return None
    owned = Lecture.organisation_id.in_(organisation_ids)
    return session.scalars(select(Lecture).where(Lecture.number == number, owned)).one_or_none()


def requested_start(parameters: Mapping[str, str]) -> datetime:
    """The `start` parameter as an aware instant; without an offset: the installation's zone."""
    try:
        # An unescaped "+" in a URL arrives as a space.
        start = datetime.fromisoformat(parameters.get("start", "").replace(" ", "+"))
        instant = start.astimezone(UTC) if start.tzinfo else _local_start(start)
        if instant.year not in YEARS:
            raise ValueError("year out of range")
        return instant
    except (ValueError, OverflowError):
        raise Invalid(_("This is not a time. Choose one from the instructor's page.")) from None


def _local_start(start: datetime) -> datetime:
    minute = start.hour * 60 + start.minute
    rest = timedelta(seconds=start.second, microseconds=start.microsecond)
    return local_instant(start.date(), minute, i18n.zone()) + rest
