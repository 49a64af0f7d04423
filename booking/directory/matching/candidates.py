"""Read the topics that fit a match query, as plain tuples; one cached statement per query shape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from booking.directory.engine.match_query import MatchQuery
from booking.directory.engine.matching import BOTH, ON_SPOT, ONLY_ONLINE, Offer
from booking.directory.search.conditions import (
    KINDS,
    Letters,
    Values,
    bit_values,
    field_values,
    fields_under,
    has_words,
    in_field,
    in_kinds,
    letters,
    region_values,
    regions_above,
    teaches_in,
    word_values,
)
from booking.instructors.engine.vocabulary import Format, TopicState, bits
from booking.instructors.models import (
    Instructor,
    ServedRegion,
    Topic,
)


@dataclass(frozen=True, slots=True)
class _QueryShape:
    """The shape of a match query (which conditions it has): the statement cache key."""

    words: Letters
    example: bool
    field: bool
    regions_above: int | None
    audience: bool
    minutes: bool
    format: Format | None
    public_only: bool
    anywhere: bool
    """Place and format are columns instead of conditions."""

    @property
    def every_topic(self) -> bool:
        """Whether all fitting topics of each instructor are read.

        SQL cannot compare a word with a title: texts are normalised, and a word may be pinyin. With
        an example topic, reading all the few similar topics is faster than choosing among them.
        """
        return bool(self.words) or self.example


def offers(
    session: Session, match_query: MatchQuery, *, last: date, anywhere: bool = False
) -> list[Offer]:
    """The topics that fit the query on some day up to `last`, whether appointed then or not.

    At least the best topic of each listed instructor. `anywhere` drops the conditions on place
    and format, and returns the served regions instead. One query.
    """
    words = in_kinds(match_query.terms)
    above = regions_above(match_query.region_code) if match_query.region_code else None
    shape = _QueryShape(
        letters(words),
        match_query.topic_id is not None,
        bool(match_query.field),
        above,
        match_query.audience is not None,
        match_query.minutes is not None,
        match_query.format,
        match_query.public_only,
        anywhere,
    )
    values: Values = {"first": match_query.first, "last": last, "example": match_query.topic_id}
    values |= (
        {"minutes": match_query.minutes}
        | word_values(words)
        | bit_values(match_query.audience or "", "")
    )
    values |= field_values(match_query.field) if match_query.field else {}
    values |= region_values(match_query.region_code) if match_query.region_code else {}
    rows = session.connection().execute(_offers(shape), values).all()
    return [Offer._make(row) for row in rows]


@lru_cache(maxsize=KINDS)
def _offers(shape: _QueryShape) -> Select[Any, Any]:
    fitting = [*_conditions(shape), *([] if shape.anywhere else _place_and_format(shape))]
    columns: list[Any] = [Instructor.id, Instructor.sort_key, Instructor.region_code]
    columns += [Topic.id, Topic.title, Topic.minutes, Topic.valid_from, Topic.valid_to]
    columns += [_like_example(shape), _names_audience(shape), _topic_in_field(shape), _ONLINE]
    if shape.anywhere:
        columns += [_served(), _serves_here(shape), _in_format(shape)]
    else:
        columns += [literal_column("''"), true(), true()]
    query = select(*columns).join(Topic, Topic.instructor_id == Instructor.id)
    if shape.anywhere or shape.every_topic:
        return query.where(*fitting)
    first = _first_of_each_kind(shape, fitting)
    return query.join(first, first.c.topic_id == Topic.id)


def _first_of_each_kind(shape: _QueryShape, fitting: list[ColumnElement[bool]]) -> Subquery:
    """The ids of topics of which one is the best-fitting topic of each instructor.

    Topics of an instructor that are alike in everything that `shortlist.candidates` weighs fit
    equally well. Of these the one with the smallest id is read, and none of the others.
    """
    kinds = []
    if shape.audience:
        kinds.append(_names_audience(shape))
    if shape.field:
        kinds.append(_topic_in_field(shape))
    return (
        select(func.min(Topic.id).label("topic_id"))
        .select_from(Instructor)
        .join(Topic, Topic.instructor_id == Instructor.id)
        .where(*fitting)
        .group_by(Topic.instructor_id, *kinds)
        .subquery()
    )


def _conditions(shape: _QueryShape) -> list[ColumnElement[bool]]:
    conditions = [*_ON_OFFER, *has_words(shape.words)]
    if shape.public_only:
        conditions.append(Instructor.public.is_(True))
    if shape.example:
        conditions.append(or_(_like_example(shape), _FIELD_OF_EXAMPLE))
    if shape.field:
        conditions.append(or_(in_field(), _topic_in_field(shape)))
    if shape.minutes:
        conditions.append(Topic.minutes <= bindparam("minutes", type_=Integer))
    if shape.audience:
        conditions.append(or_(_names_audience(shape), _audiences == 0))
    return conditions


def _place_and_format(shape: _QueryShape) -> list[ColumnElement[bool]]:
    conditions = [] if shape.format is None else [_in_format(shape)]
    if shape.regions_above is not None and shape.format is not Format.ONLINE:
        conditions.append(_serves_here(shape))
    return conditions


def _in_format(shape: _QueryShape) -> ColumnElement[bool]:
    if shape.format is None:
        return true()
    if shape.format is Format.LECTURE:
        # A topic that names no format is a lecture in person.
        return or_(_has_format(shape.format), _formats == 0)
    return _has_format(shape.format)


def _serves_here(shape: _QueryShape) -> ColumnElement[bool]:
    """SQL condition: the instructor serves the region, or the topic is only held online."""
    if shape.regions_above is None or shape.format is Format.ONLINE:
        return true()
    here = teaches_in(shape.regions_above)
    return here if shape.format is not None else or_(here, _ONLY_ONLINE)


_FIRST, _LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)
_ON_OFFER: tuple[ColumnElement[bool], ...] = (
    Instructor.listed.is_(True),
    Topic.state == TopicState.REVIEWED,
    or_(Topic.valid_from.is_(None), Topic.valid_from <= _LAST),
    or_(Topic.valid_to.is_(None), Topic.valid_to >= _FIRST),
)
"""SQL conditions: listed, active, and valid on some day from `first` to `last`."""


def _like_example(shape: _QueryShape) -> ColumnElement[bool]:
    return _LIKE_EXAMPLE if shape.example else false()


_example = aliased(Topic)
_is_example = _example.id == bindparam("example")
_LIKE_EXAMPLE = Topic.title == select(_example.title).where(_is_example).scalar_subquery()
_FIELD_OF_EXAMPLE = Topic.field_id == select(_example.field_id).where(_is_example).scalar_subquery()


def _topic_in_field(shape: _QueryShape) -> ColumnElement[bool]:
    if not shape.field:
        return false()
    return and_(Topic.field_id.is_not(None), Topic.field_id.in_(fields_under()))


def _names_audience(shape: _QueryShape) -> ColumnElement[bool]:
    if not shape.audience:
        return false()
    return _audiences.bitwise_and(bindparam("audience", type_=Integer)) != 0


def _has_format(format_: Format) -> ColumnElement[bool]:
    return _formats.bitwise_and(bits([format_])) != 0


_audiences: ColumnElement[int] = type_coerce(Topic.audiences, Integer)
_formats: ColumnElement[int] = type_coerce(Topic.formats, Integer)
"""The bit sets of a topic as integers; 0 if it names none."""
_ONLY_ONLINE: ColumnElement[bool] = _formats == bits([Format.ONLINE])
_ONLINE: ColumnElement[int] = case(
    (_ONLY_ONLINE, ONLY_ONLINE), (_has_format(Format.ONLINE), BOTH), else_=ON_SPOT
)


def _served() -> ColumnElement[str]:
    codes = func.aggregate_strings(ServedRegion.region_code, ",")
    served = select(codes).where(ServedRegion.instructor_id == Instructor.id).scalar_subquery()
    return func.coalesce(served, "")
