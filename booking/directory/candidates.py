"""Whose topics fit a need, and how much they teach: what matching reads, as plain tuples."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
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
    union_all,
)
from sqlalchemy.orm import Session, aliased

from booking import many
from booking.availability.models import Term
from booking.directory.conditions import fields_under, has_word, in_field, teaches_in
from booking.directory.matching import (
    BOTH,
    LOAD_WITHIN,
    NOT_RECENT,
    ON_SPOT,
    ONLY_ONLINE,
    WEIGHTS,
    Need,
    Offer,
    Reason,
)
from booking.instructors import names
from booking.instructors.models import (
    Instructor,
    ServedRegion,
    Topic,
)
from booking.instructors.vocabulary import Format, bits
from booking.lectures.lifecycle import HOLDING
from booking.lectures.models import Hold, Lecture

Person = tuple[str, str, str, str | None]
"""Name, title, workplace, and how the name is read if that was given."""

_IDS = 2**40
"""More than any topic's id."""


def offers(session: Session, need: Need, *, last: date, anywhere: bool = False) -> list[Offer]:
    """The topics that fit, of everybody whose appointment touches the days up to `last`.

    At least the best of each instructor. `anywhere` leaves place and format open, and tells
    whom serves which regions instead. One query.
    """
    fitting = [*_conditions(need), *([] if anywhere else _place_and_format(need))]
    query = _plain().add_columns(
        _like_example(need),
        _names_audience(need),
        _topic_in_field(need),
        _ONLINE,
        _served() if anywhere else literal_column("''"),
        _serves_here(need) if anywhere else true(),
        _in_format(need) if anywhere else true(),
    )
    if anywhere or _is_spelt(need):
        query = query.where(*fitting)
    else:
        best = _best_topics(need, fitting)
        query = query.join(best, best.c.topic_id == Topic.id)
    values: dict[str, object] = {"first": need.first, "last": last}
    if need.topic_id is not None:
        values["example"] = need.topic_id
    return [Offer._make(row) for row in session.connection().execute(query, values).all()]


@cache
def _plain() -> Select[Any, Any]:
    """What every offer tells, whatever the need."""
    columns: list[Any] = [Instructor.id, Instructor.sort_key, Instructor.region_code]
    columns += [Topic.id, Topic.title, Topic.minutes, Topic.valid_from, Topic.valid_to]
    return select(*columns).join(Topic, Topic.instructor_id == Instructor.id)


def _is_spelt(need: Need) -> bool:
    """Whether a word may be a reading, which only Python compares with a title."""
    return any(word.isascii() for word in names.words(need.words))


def _best_topics(need: Need, fitting: list[ColumnElement[bool]]) -> Subquery:
    """Of each instructor the topic that fits best, so that the others need not be read.

    The fit and the id make one number, of which the largest is taken; the order is that of
    `shortlist.candidates`, which looks again at what comes.
    """
    in_title = [
        func.lower(Topic.title).like(f"%{names.escape_like(word)}%", escape="\\")
        for word in names.words(need.words)
    ]
    title, audience = WEIGHTS[Reason.TOPIC_TITLE], WEIGHTS[Reason.AUDIENCE]
    fit: ColumnElement[Any] = literal_column("0", BigInteger)
    if need.topic_id is not None:
        fit = fit + case((_like_example(need), 2 * title), else_=0)
    elif in_title:
        fit = fit + case((and_(*in_title), 2 * title), else_=0)
    if need.audience is not None:
        fit = fit + case((_names_audience(need), 2 * audience), else_=0)
    if need.field:
        fit = fit + case((_topic_in_field(need), 1), else_=0)
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


def loads(
    session: Session, need: Need, ids: Collection[int], now: datetime
) -> tuple[dict[int, int], frozenset[int]]:
    """How many lectures each instructor has or had, and who was at the unit lately. One query."""
    named = many.few(ids)
    values: dict[str, object] = many.names(ids) if named else {}
    values |= {
        "load_since": now - LOAD_WITHIN,
        "lately": now - NOT_RECENT,
        "organisation": need.organisation_id,
    }
    rows = session.connection().execute(_loads(named), values).all()
    return {one: count for one, count in rows if count >= 0}, frozenset(
        one for one, count in rows if count < 0
    )


@cache
def _loads(named: bool) -> CompoundSelect[Any, Any]:
    counts = (
        select(Hold.instructor_id, func.count())
        .where(many.among(Hold.instructor_id, named), Hold.starts_at >= bindparam("load_since"))
        .group_by(Hold.instructor_id)
    )
    here: Select[Any, Any] = (
        select(Lecture.instructor_id, literal_column("-1"))
        .distinct()
        .where(
            many.among(Lecture.instructor_id, named),
            Lecture.organisation_id == bindparam("organisation"),
            Lecture.starts_at >= bindparam("lately"),
            Lecture.state.in_(HOLDING),
        )
    )
    return union_all(counts, here)


def people(session: Session, ids: Collection[int]) -> dict[int, Person]:
    """Name, title, workplace and reading of the few who are shown."""
    found = session.connection().execute(_PEOPLE, many.names(ids)).all()
    return {one: (name, title, place, read) for one, name, title, place, read in found}


_PEOPLE = select(
    Instructor.id,
    Instructor.name,
    Instructor.title,
    Instructor.workplace,
    Instructor.name_pinyin,
).where(many.among(Instructor.id, True))


def _conditions(need: Need) -> list[ColumnElement[bool]]:
    found = list(_ON_OFFER)
    found += [has_word(word) for word in names.words(need.words)]
    if need.topic_id is not None:
        found.append(or_(_like_example(need), _FIELD_OF_EXAMPLE))
    if need.field:
        found.append(or_(in_field(need.field), _topic_in_field(need)))
    if need.minutes is not None:
        found.append(Topic.minutes <= need.minutes)
    if need.audience is not None:
        found.append(or_(_names_audience(need), _audiences == 0))
    return found


def _place_and_format(need: Need) -> list[ColumnElement[bool]]:
    found = [] if need.format is None else [_in_format(need)]
    if need.region_code and need.format is not Format.ONLINE:
        found.append(_serves_here(need))
    return found


def _in_format(need: Need) -> ColumnElement[bool]:
    if need.format is None:
        return true()
    if need.format is Format.LECTURE:
        # Without a format a topic is a lecture on the spot.
        return or_(_names(_formats, need.format), _formats == 0)
    return _names(_formats, need.format)


def _serves_here(need: Need) -> ColumnElement[bool]:
    """In reach of the wanted region, or needing none."""
    if not need.region_code or need.format is Format.ONLINE:
        return true()
    here = teaches_in(need.region_code)
    return here if need.format is not None else or_(here, _ONLY_ONLINE)


_FIRST, _LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)
_ON_OFFER: tuple[ColumnElement[bool], ...] = (
    Instructor.listed.is_(True),
    Topic.active.is_(True),
    or_(Topic.valid_from.is_(None), Topic.valid_from <= _LAST),
    or_(Topic.valid_to.is_(None), Topic.valid_to >= _FIRST),
    # Within a term of appointment; without any, none is needed.
    or_(
        Instructor.id.in_(
            select(Term.instructor_id).where(Term.first <= _LAST, Term.last >= _FIRST)
        ),
        Instructor.id.not_in(select(Term.instructor_id)),
    ),
)
"""Listed, active, valid and appointed on some day from `first` to `last`."""


def _like_example(need: Need) -> ColumnElement[bool]:
    return false() if need.topic_id is None else _LIKE_EXAMPLE


_example = aliased(Topic)
_is_example = _example.id == bindparam("example")
_LIKE_EXAMPLE = Topic.title == select(_example.title).where(_is_example).scalar_subquery()
_FIELD_OF_EXAMPLE = Topic.field_id == select(_example.field_id).where(_is_example).scalar_subquery()


def _topic_in_field(need: Need) -> ColumnElement[bool]:
    if not need.field:
        return false()
    return and_(Topic.field_id.is_not(None), Topic.field_id.in_(fields_under(need.field)))


def _names_audience(need: Need) -> ColumnElement[bool]:
    return false() if need.audience is None else _names(_audiences, need.audience)


def _names(column: ColumnElement[int], member: StrEnum) -> ColumnElement[bool]:
    return column.bitwise_and(bits([member])) != 0


_audiences: ColumnElement[int] = type_coerce(Topic.audiences, Integer)
_formats: ColumnElement[int] = type_coerce(Topic.formats, Integer)
"""The bits of a topic; 0 where it names nothing."""
_ONLY_ONLINE: ColumnElement[bool] = _formats == bits([Format.ONLINE])
_ONLINE: ColumnElement[int] = case(
    (_ONLY_ONLINE, ONLY_ONLINE), (_names(_formats, Format.ONLINE), BOTH), else_=ON_SPOT
)


def _served() -> ColumnElement[str]:
    codes = func.aggregate_strings(ServedRegion.region_code, ",")
    served = select(codes).where(ServedRegion.instructor_id == Instructor.id).scalar_subquery()
    return func.coalesce(served, "")
