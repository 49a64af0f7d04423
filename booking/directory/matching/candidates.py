"""Whose topics fit a need, as plain tuples: statements are written once for each kind of need."""

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
    Offer,
    Reason,
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
"""More than any topic's id."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What kinds of things a need asks for: a statement is written once for each."""

    words: tuple[bool, ...]
    example: bool
    field: bool
    regions_above: int | None
    audience: bool
    minutes: bool
    format: Format | None
    anywhere: bool
    """Place and format are open."""

    @property
    def every_topic(self) -> bool:
        """Whether Python is to choose among the topics of each instructor.

        Only it compares a word that may be a reading with a title; and where a topic is the
        example, reading the few that are like it is quicker than finding the best.
        """
        return any(self.words) or self.example


def offers(
    session: Session, match_query: MatchQuery, *, last: date, anywhere: bool = False
) -> list[Offer]:
    """The topics that fit on some day up to `last`, of everybody, appointed then or not.

    At least the best of each instructor. `anywhere` leaves place and format open, and tells
    whom serves which regions instead. One query.
    """
    words = in_kinds(names.words(match_query.words))
    above = regions_above(match_query.region_code) if match_query.region_code else None
    asked = _Asked(
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
    found = session.connection().execute(_offers(asked), values).all()
    return [Offer._make(row) for row in found]


@lru_cache(maxsize=KINDS)
def _offers(asked: _Asked) -> Select[Any, Any]:
    fitting = [*_conditions(asked), *([] if asked.anywhere else _place_and_format(asked))]
    columns: list[Any] = [Instructor.id, Instructor.sort_key, Instructor.region_code]
    columns += [Topic.id, Topic.title, Topic.minutes, Topic.valid_from, Topic.valid_to]
    columns += [_like_example(asked), _names_audience(asked), _topic_in_field(asked), _ONLINE]
    if asked.anywhere:
        columns += [_served(), _serves_here(asked), _in_format(asked)]
    else:
        columns += [literal_column("''"), true(), true()]
    query = select(*columns).join(Topic, Topic.instructor_id == Instructor.id)
    if asked.anywhere or asked.every_topic:
        return query.where(*fitting)
    best = _best_topics(asked, fitting)
    return query.join(best, best.c.topic_id == Topic.id)


def _best_topics(asked: _Asked, fitting: list[ColumnElement[bool]]) -> Subquery:
    """Of each instructor the topic that fits best, so that the others need not be read.

    The fit and the id make one number, of which the largest is taken; the order is that of
    `shortlist.candidates`, which looks again at what comes.
    """
    title, audience = WEIGHTS[Reason.TOPIC_TITLE], WEIGHTS[Reason.AUDIENCE]
    fit: ColumnElement[Any] = literal_column("0", BigInteger)
    if asked.example:
        fit = fit + case((_like_example(asked), 2 * title), else_=0)
    elif asked.words:
        lowered = func.lower(Topic.title)
        in_title = (like_word(lowered, number) for number in range(len(asked.words)))
        fit = fit + case((and_(*in_title), 2 * title), else_=0)
    if asked.audience:
        fit = fit + case((_names_audience(asked), 2 * audience), else_=0)
    if asked.field:
        fit = fit + case((_topic_in_field(asked), 1), else_=0)
    # The constant has a type: PostgreSQL would take that of the id, which is too narrow.
    key = func.max(fit * _IDS + (literal(_IDS - 1, BigInteger) - Topic.id))
    found = (
        select(key.label("key"))
        .select_from(Instructor)
        .join(Topic, Topic.instructor_id == Instructor.id)
        .where(*fitting)
        .group_by(Topic.instructor_id)
        .subquery()
    )
    return select((_IDS - 1 - found.c.key % _IDS).label("topic_id")).subquery()


def _conditions(asked: _Asked) -> list[ColumnElement[bool]]:
    found = [*_ON_OFFER, *has_words(asked.words)]
    if asked.example:
        found.append(or_(_like_example(asked), _FIELD_OF_EXAMPLE))
    if asked.field:
        found.append(or_(in_field(), _topic_in_field(asked)))
    if asked.minutes:
        found.append(Topic.minutes <= bindparam("minutes", type_=Integer))
    if asked.audience:
        found.append(or_(_names_audience(asked), _audiences == 0))
    return found


def _place_and_format(asked: _Asked) -> list[ColumnElement[bool]]:
    found = [] if asked.format is None else [_in_format(asked)]
    if asked.regions_above is not None and asked.format is not Format.ONLINE:
        found.append(_serves_here(asked))
    return found


def _in_format(asked: _Asked) -> ColumnElement[bool]:
    if asked.format is None:
        return true()
    if asked.format is Format.LECTURE:
        # Without a format a topic is a lecture on the spot.
        return or_(_has_format(asked.format), _formats == 0)
    return _has_format(asked.format)


def _serves_here(asked: _Asked) -> ColumnElement[bool]:
    """In reach of the wanted region, or needing none."""
    if asked.regions_above is None or asked.format is Format.ONLINE:
        return true()
    here = teaches_in(asked.regions_above)
    return here if asked.format is not None else or_(here, _ONLY_ONLINE)


_FIRST, _LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)
_ON_OFFER: tuple[ColumnElement[bool], ...] = (
    Instructor.listed.is_(True),
    Topic.active.is_(True),
    or_(Topic.valid_from.is_(None), Topic.valid_from <= _LAST),
    or_(Topic.valid_to.is_(None), Topic.valid_to >= _FIRST),
)
"""Listed, active, and valid on some day from `first` to `last`."""


def _like_example(asked: _Asked) -> ColumnElement[bool]:
    return _LIKE_EXAMPLE if asked.example else false()


_example = aliased(Topic)
_is_example = _example.id == bindparam("example")
_LIKE_EXAMPLE = Topic.title == select(_example.title).where(_is_example).scalar_subquery()
_FIELD_OF_EXAMPLE = Topic.field_id == select(_example.field_id).where(_is_example).scalar_subquery()


def _topic_in_field(asked: _Asked) -> ColumnElement[bool]:
    if not asked.field:
        return false()
    return and_(Topic.field_id.is_not(None), Topic.field_id.in_(fields_under()))


def _names_audience(asked: _Asked) -> ColumnElement[bool]:
    if not asked.audience:
        return false()
    return _audiences.bitwise_and(bindparam("audience", type_=Integer)) != 0


def _has_format(wanted: Format) -> ColumnElement[bool]:
    return _formats.bitwise_and(bits([wanted])) != 0


_audiences: ColumnElement[int] = type_coerce(Topic.audiences, Integer)
_formats: ColumnElement[int] = type_coerce(Topic.formats, Integer)
"""The bits of a topic; 0 where it names nothing."""
_ONLY_ONLINE: ColumnElement[bool] = _formats == bits([Format.ONLINE])
_ONLINE: ColumnElement[int] = case(
    (_ONLY_ONLINE, ONLY_ONLINE), (_has_format(Format.ONLINE), BOTH), else_=ON_SPOT
)


def _served() -> ColumnElement[str]:
    codes = func.aggregate_strings(ServedRegion.region_code, ",")
    served = select(codes).where(ServedRegion.instructor_id == Instructor.id).scalar_subquery()
    return func.coalesce(served, "")
