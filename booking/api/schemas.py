"""The shapes of questions and answers. Times are ISO 8601 with the installation's offset."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from booking.availability.intervals import Interval
from booking.i18n import local

TIME = {"type": "string", "format": "date-time"}


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
    """Query parameters are documented here and read by the same functions as the pages'."""

    class Meta:
        """Unknown parameters are left out, as on pages."""

        unknown = EXCLUDE


class SearchQuery(Query):
    """A search of the register."""

    q = fields.String(metadata={"description": "Words; letters also match pinyin."})
    field = fields.String(metadata={"description": "Code of a field."})
    region = fields.String(metadata={"description": "Code of a region (GB/T 2260)."})
    audience = fields.String()
    format = fields.String()
    page = fields.String(metadata={"description": "From 1."})


class SlotsQuery(Query):
    """Free times: at most 92 days."""

    since = fields.String(data_key="from", metadata={"description": "First day, 2026-12-02."})
    until = fields.String(data_key="to", metadata={"description": "Last day, inclusive."})
    minutes = fields.String(metadata={"description": "Without a topic: how long, 15 to 480."})
    topic = fields.String(metadata={"description": "Id of a topic; its length counts."})
    region = fields.String(metadata={"description": "Where the lecture is."})


class MatchesQuery(SlotsQuery):
    """A need: see the page /match."""

    q = fields.String(metadata={"description": "Words; letters also match pinyin."})
    field = fields.String(metadata={"description": "Code of a field."})
    audience = fields.String()
    format = fields.String()
    minutes = fields.String(metadata={"description": "At most so many, 15 to 480."})
    day = fields.List(fields.String(), metadata={"description": "Preferred days, at most 6."})
    part = fields.List(
        fields.String(),
        metadata={"description": "For each: morning, afternoon, evening or a start as 09:00."},
    )


class Slot(Schema):
    """A time that can be booked: [start, end)."""

    start = fields.Function(_start, metadata=TIME)
    end = fields.Function(_end, metadata=TIME)


class Topic(Schema):
    """What is heard, and for how long."""

    id = fields.Integer()
    title = fields.String()
    minutes = fields.Integer()


class TopicOnOffer(Topic):
    """What can be heard: how, and for whom; empty lists leave it open."""

    formats = fields.List(fields.String())
    audiences = fields.List(fields.String())


class Person(Schema):
    """An instructor, without any contact."""

    id = fields.Integer()
    name = fields.String()
    title = fields.String()
    workplace = fields.String()


class Listed(Person):
    """An instructor in a list, with the earliest times for the topic that fits best."""

    serves = fields.List(fields.String(), metadata={"description": "Codes of regions."})
    topics = fields.List(fields.Nested(TopicOnOffer))
    topic = fields.Integer(allow_none=True, metadata={"description": "The times are for it."})
    earliest = fields.List(fields.Nested(Slot))


class Page(Schema):
    """One page of a list."""

    total = fields.Integer()
    page = fields.Integer()
    pages = fields.Integer()
    estimated_years = _estimated()
    instructors = fields.List(fields.Nested(Listed))


class Slots(Schema):
    """All times on offer within a span of days, in order; they may overlap each other."""

    instructor = fields.Integer()
    topic = fields.Integer(allow_none=True)
    minutes = fields.Integer()
    region = fields.String()
    since = fields.Date(data_key="from")
    until = fields.Date(data_key="to")
    estimated_years = _estimated()
    slots = fields.List(fields.Nested(Slot))


class Match(Schema):
    """Somebody who can, why, and when."""

    instructor = fields.Nested(Person)
    topic = fields.Nested(Topic)
    online = fields.Boolean()
    reasons = fields.List(fields.String())
    times = fields.List(fields.Nested(Slot))


class Nearest(Schema):
    """A changed question that has an answer."""

    kind = fields.String()
    query = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    first_time = fields.Nested(Slot)


class Matches(Schema):
    """Who can, in order for this question; where nobody can, what is nearest."""

    since = fields.Date(data_key="from")
    until = fields.Date(data_key="to")
    estimated_years = _estimated()
    matches = fields.List(fields.Nested(Match))
    nearest = fields.List(fields.Nested(Nearest))
