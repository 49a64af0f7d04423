"""Read the topics that fit a match query, as plain tuples; one cached statement per query shape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
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
    literal,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from booking.directory.engine.matching import (
    BOTH,
    ON_SPOT,
    ONLY_ONLINE,
    WEIGHTS,
    MatchQuery,
    MatchReason,
    Offer,
)
from booking.directory.search.conditions import (
    KINDS,
    Values,
    bit_values,
    field_values,
    fields_under,
    has_words,
    in_field,
    in_kinds,
    letters,
    like_word,
    region_values,
    regions_above,
    teaches_in,
    word_values,
)
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import Format, bits
from booking.instructors.models import (
    Instructor,
    ServedRegion,
    Topic,
)

_IDS = 2**40
"""Greater than any topic id."""


@dataclass(frozen=True, slots=True)
class _QueryShape:
    """The shape of a match query (which conditions it has): the statement cache key."""

    words: tuple[bool, ...]
    example: bool
    field: bool
    regions_above: int | None
    audience: bool
    minutes: bool
    format: Format | None
    anywhere: bool
    """Place and format are columns instead of conditions."""

    @property
    def every_topic(self) -> bool:
        """Whether Python, not SQL, selects the best topic of each instructor.

        SQL cannot compare a word that may be pinyin with a title; and with an example topic,
        reading all the few similar topics is faster than finding the best in SQL.
        """
        return any(self.words) or self.example


def offers(
    session: Session, match_query: MatchQuery, *, last: date, anywhere: bool = False
) -> list[Offer]:
    """The topics that fit the query on some day up to `last`, whether appointed then or not.

    At least the best topic of each listed instructor. `anywhere` drops the conditions on place
    and format, and returns the served regions instead. One query.
    """
    words = in_kinds(names.words(match_query.words))
    above = regions_above(match_query.region_code) if match_query.region_code else None
    shape = _QueryShape(
        letters(words),
        match_query.topic_id is not None,
        bool(match_query.field),
        above,
        match_query.audience is not None,
        match_query.minutes is not None,
        match_query.format,
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
    best = _best_topics(shape, fitting)
    return query.join(best, best.c.topic_id == Topic.id)


def _best_topics(shape: _QueryShape, fitting: list[ColumnElement[bool]]) -> Subquery:
    """The best-fitting topic id of each instructor, so that the other rows are not read.

    Fit and id are packed into one number, whose maximum is selected; the order is that of
    `shortlist.candidates`, which evaluates the rows again.
    """
    title, audience = WEIGHTS[MatchReason.TOPIC_TITLE], WEIGHTS[MatchReason.AUDIENCE]
    fit: ColumnElement[Any] = literal_column("0", BigInteger)
    if shape.example:
        fit = fit + case((_like_example(shape), 2 * title), else_=0)
    elif shape.words:
        lowered = func.lower(Topic.title)
        in_title = (like_word(lowered, number) for number in range(len(shape.words)))
        fit = fit + case((and_(*in_title), 2 * title), else_=0)
    if shape.audience:
        fit = fit + case((_names_audience(shape), 2 * audience), else_=0)
    if shape.field:
        fit = fit + case((_topic_in_field(shape), 1), else_=0)
    # Typed as BIGINT: PostgreSQL would infer the type of the id column, which is too narrow.
    key = func.max(fit * _IDS + (literal(_IDS - 1, BigInteger) - Topic.id))
    keys = (
        select(key.label("key"))
        .select_from(Instructor)
        .join(Topic, Topic.instructor_id == Instructor.id)
        .where(*fitting)
        .group_by(Topic.instructor_id)
        .subquery()
    )
    return select((_IDS - 1 - keys.c.key % _IDS).label("topic_id")).subquery()


def _conditions(shape: _QueryShape) -> list[ColumnElement[bool]]:
    conditions = [*_ON_OFFER, *has_words(shape.words)]
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
    Topic.active.is_(True),
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
