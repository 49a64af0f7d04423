"""Schemas of queries and responses. Times are ISO 8601 with the installation's UTC offset.

Without a sign-in only what the installation shows to everybody is told: where the register is open
to members only 403, and where each person decides the entries of those who agreed.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from booking.api.parameters import (
    MOST,
    PART,
    Day,
    DayOrNone,
    Whole,
    Words,
    code,
    region_code,
)
from booking.availability.engine.intervals import Interval
from booking.directory.engine.matching import MatchReason, Nearby
from booking.directory.engine.url_parameters import LAST_PAGE, NO_AUDIENCE, NO_FORMAT, NO_TOPIC
from booking.directory.matching.query_string import MOST_PREFERRED, NO_PART, TOO_MANY_PREFERRED
from booking.i18n import local
from booking.instructors.engine.vocabulary import (
    LENGTH_OUT_OF_RANGE,
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    Audience,
    Format,
)

TIME = {"type": "string", "format": "date-time"}


TAKEN_TO_BE = {
    "description": "Where the lecture is taken to be: a booking there is accepted at these times."
}


def _enum(members: Iterable[StrEnum], description: str = "") -> dict[str, Any]:
    """Metadata that lists the values; documentation only, `_choice` validates."""
    metadata: dict[str, Any] = {"enum": [member.value for member in members]}
    return metadata | ({"description": description} if description else {})


def _enum_list(members: Iterable[StrEnum]) -> fields.List[Any]:
    return fields.List(fields.String(metadata=_enum(members)))


def _start(slot: Interval) -> str:
    return local(slot[0]).isoformat()


def _end(slot: Interval) -> str:
    return local(slot[1]).isoformat()


def _estimated() -> fields.List[Any]:
    return fields.List(
        fields.Integer(),
        metadata={
            "description": "Years whose official days off are not published yet: weekends and "
            "statutory days off count, without make-up workdays."
        },
    )


class Query(Schema):
    """Base of query parameters: validates the syntax (422); the pages' functions then parse them.

    The OpenAPI description says exactly what is accepted. A well-formed query that cannot be
    answered, such as an unknown code or days in the past, is a 409.
    """

    class Meta:
        """Unknown parameters are ignored, as on pages."""

        unknown = EXCLUDE


def _choice(members: Iterable[StrEnum], sentence: Any, description: str = "") -> fields.String:
    return fields.String(
        validate=validate.OneOf([member.value for member in members], error=sentence),
        metadata={"description": description} if description else {},
    )


class SearchQuery(Query):
    """A search of the register."""

    q = Words()
    field = code("Code of a field.")
    region = region_code("Code of a region (GB/T 2260).")
    audience = _choice(Audience, NO_AUDIENCE)
    format = _choice(Format, NO_FORMAT)
    page = Whole(1, LAST_PAGE, description="From 1.")


class DaysQuery(Query):
    """A span of at most 92 days, and a region."""

    since = Day(data_key="from", description="First day, 2026-12-02.")
    until = Day(data_key="to", description="Last day, inclusive.")
    region = region_code("Where the lecture is; without it the own branch's region.")


class SlotsQuery(DaysQuery):
    """Query of the bookable slots of one instructor."""

    minutes = Whole(
        SHORTEST_MINUTES,
        LONGEST_MINUTES,
        LENGTH_OUT_OF_RANGE,
        description="Without a topic: how long. With one, its length or none.",
    )
    topic = Whole(1, MOST, NO_TOPIC, description="Id of a topic; its length counts.")
    format = _choice(Format, NO_FORMAT, "How it is held: online there is no way to the lecture.")


class MatchesQuery(DaysQuery):
    """A match query: see the page /match."""

    topic = Whole(
        1,
        MOST,
        NO_TOPIC,
        description="Id of a topic as an example: topics with its title, or in its field,"
        " are found, whatever their length.",
    )
    q = Words()
    field = code("Code of a field.")
    audience = _choice(Audience, NO_AUDIENCE)
    format = _choice(Format, NO_FORMAT)
    minutes = Whole(
        SHORTEST_MINUTES, LONGEST_MINUTES, LENGTH_OUT_OF_RANGE, description="At most so many."
    )
    day = fields.List(
        DayOrNone(),
        validate=validate.Length(max=MOST_PREFERRED, error=TOO_MANY_PREFERRED),
        metadata={"description": "Preferred days; empty for every day."},
    )
    part = fields.List(
        fields.String(validate=validate.Regexp(PART, error=NO_PART)),
        validate=validate.Length(max=MOST_PREFERRED, error=TOO_MANY_PREFERRED),
        metadata={
            "description": "For each day in turn: morning, afternoon, evening or a start as 09:00;"
            " without a day it is preferred on every day."
        },
    )


class Slot(Schema):
    """A bookable slot: [start, end)."""

    start = fields.Function(_start, metadata=TIME)
    end = fields.Function(_end, metadata=TIME)


class Topic(Schema):
    """A topic with its length in minutes."""

    id = fields.Integer()
    title = fields.String()
    minutes = fields.Integer()


class TopicOnOffer(Topic):
    """A topic with formats and audiences; an empty list means any."""

    formats = _enum_list(Format)
    audiences = _enum_list(Audience)


class Person(Schema):
    """An instructor, without contact values."""

    id = fields.Integer()
    name = fields.String()
    title = fields.String()
    workplace = fields.String()


class Listed(Person):
    """An instructor in a list, with the earliest slots for the best-fitting topic."""

    serves = fields.List(fields.String(), metadata={"description": "Codes of regions."})
    topics = fields.List(fields.Nested(TopicOnOffer))
    topic = fields.Integer(allow_none=True, metadata={"description": "The times are for it."})
    region = fields.String(metadata=TAKEN_TO_BE)
    earliest = fields.List(fields.Nested(Slot))


class Page(Schema):
    """One page of a list."""

    total = fields.Integer()
    page = fields.Integer()
    pages = fields.Integer()
    estimated_years = _estimated()
    instructors = fields.List(fields.Nested(Listed))


class Slots(Schema):
    """All bookable slots within a span of days, in order; they may overlap."""

    instructor = fields.Integer()
    topic = fields.Integer(allow_none=True)
    minutes = fields.Integer()
    region = fields.String()
    since = fields.Date(data_key="from")
    until = fields.Date(data_key="to")
    estimated_years = _estimated()
    slots = fields.List(fields.Nested(Slot))


class Match(Schema):
    """A matching instructor with topic, reasons and slots."""

    instructor = fields.Nested(Person)
    topic = fields.Nested(Topic)
    online = fields.Boolean()
    region = fields.String(metadata=TAKEN_TO_BE)
    reasons = _enum_list(MatchReason)
    times = fields.List(fields.Nested(Slot))


class Nearest(Schema):
    """An alternative: a changed match query that has a match."""

    kind = fields.String(metadata=_enum(Nearby))
    query = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    first_time = fields.Nested(Slot)


class Matches(Schema):
    """The ranked matches of a query; without matches the nearest alternatives."""

    since = fields.Date(data_key="from")
    until = fields.Date(data_key="to")
    estimated_years = _estimated()
    considered = fields.Integer(
        metadata={"description": "How many fit, free or not; at most 20 matches are listed."}
    )
    matches = fields.List(fields.Nested(Match))
    nearest = fields.List(fields.Nested(Nearest))
