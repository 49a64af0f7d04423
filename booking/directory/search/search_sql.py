"""Whom a search finds, a page at a time, and how many they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Integer, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from booking.directory.engine.search_query import PAGE_SIZE, Search
from booking.directory.search.conditions import (
    KINDS,
    Values,
    bit_values,
    field_values,
    for_audience,
    has_words,
    in_field,
    in_format,
    in_kinds,
    letters,
    region_values,
    regions_above,
    teaches_in,
    word_values,
)
from booking.instructors.engine import names
from booking.instructors.models import Instructor

Hit = Row[int, str, str, str, str, int]
"""Id, name, title, workplace and region of an instructor, and how many fit in all."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What kinds of things a search asks for: statements are written once for each."""

    words: tuple[bool, ...]
    field: bool
    regions_above: int | None
    audience: bool
    format: bool

    @property
    def costly(self) -> bool:
        """Whether each instructor costs a longer look."""
        return bool(self.words) or self.field or self.regions_above is not None


def _asked(search: Search) -> tuple[_Asked, Values]:
    """The kinds of things, and what they are."""
    words = in_kinds(names.words(search.words))
    above = regions_above(search.region) if search.region else None
    asked = _Asked(
        letters(words), bool(search.field), above, bool(search.audience), bool(search.format)
    )
    values = word_values(words) | bit_values(search.audience, search.format)
    values |= field_values(search.field) if search.field else {}
    return asked, values | (region_values(search.region) if search.region else {})


def page(session: Session, search: Search, number: int) -> Sequence[Hit]:
    """The rows of one page; none where it lies beyond the last one."""
    asked, values = _asked(search)
    values["offset"] = (number - 1) * PAGE_SIZE
    return session.connection().execute(_rows_of_page(asked), values).all()


def count(session: Session, search: Search) -> int:
    """How many instructors fit."""
    asked, values = _asked(search)
    return session.connection().scalar(_number(asked), values) or 0


@lru_cache(maxsize=KINDS)
def _rows_of_page(asked: _Asked) -> Select[int, str, str, str, str, int]:
    # Where nearly everybody fits, counting by itself is far faster than beside the rows; where
    # each costs a longer look, it must not be taken twice.
    total = func.count().over() if asked.costly else _number(asked).scalar_subquery()
    hits = (
        select(Instructor.id, total.label("total"))
        .where(*_conditions(asked))
        .order_by(Instructor.sort_key, Instructor.id)
        .limit(PAGE_SIZE)
        .offset(bindparam("offset", type_=Integer))
        .subquery()
    )
    one = aliased(Instructor)
    return (
        select(one.id, one.name, one.title, one.workplace, one.region_code, hits.c.total)
        .join(hits, hits.c.id == one.id)
        .order_by(one.sort_key, one.id)
    )


@lru_cache(maxsize=KINDS)
def _number(asked: _Asked) -> Select[int]:
    return select(func.count()).select_from(Instructor).where(*_conditions(asked))


def _conditions(asked: _Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Instructor.listed.is_(True)]
    # What is looked at quickest goes first: SQLite keeps this order.
    if asked.audience:
        conditions.append(for_audience())
    if asked.format:
        conditions.append(in_format())
    if asked.field:
        conditions.append(in_field(by_index=True))
    if asked.regions_above is not None:
        conditions.append(teaches_in(asked.regions_above, by_index=True))
    return conditions + has_words(asked.words)
