"""SQL of the directory search: rows of a page, and the count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from booking.availability.engine.hours import OverrideKind
from booking.availability.models import DateOverride, Timetable, WeeklyBlock
from booking.directory.engine.search_query import PAGE_SIZE, Search
from booking.directory.search.conditions import (
    KINDS,
    Letters,
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
from booking.instructors.models import Instructor

Hit = Row[int, str, str | None, str, str, str, int]
"""Id, name, pinyin, title, workplace and region of an instructor, and the total of all."""


@dataclass(frozen=True, slots=True)
class _SearchShape:
    """Which criteria a search has: the statement cache key."""

    words: Letters
    field: bool
    regions_above: int | None
    audience: bool
    format: bool
    public_only: bool

    @property
    def costly(self) -> bool:
        """Whether the condition is expensive to evaluate per row."""
        return bool(self.words) or self.field or self.regions_above is not None


def _shape_and_values(search: Search) -> tuple[_SearchShape, Values]:
    """The statement cache key of a search, and its bind parameters."""
    words = in_kinds(search.terms)
    above = regions_above(search.region) if search.region else None
    shape = _SearchShape(
        letters(words),
        bool(search.field),
        above,
        bool(search.audience),
        bool(search.format),
        search.public_only,
    )
    values = word_values(words) | bit_values(search.audience, search.format)
    values |= field_values(search.field) if search.field else {}
    return shape, values | (region_values(search.region) if search.region else {})


def page(session: Session, search: Search, number: int) -> Sequence[Hit]:
    """The rows of one page (from 1); empty beyond the last page."""
    shape, values = _shape_and_values(search)
    values["offset"] = (number - 1) * PAGE_SIZE
    return session.connection().execute(_page_statement(shape), values).all()


def count(session: Session, search: Search) -> int:
    """The number of matching instructors."""
    shape, values = _shape_and_values(search)
    return session.connection().scalar(_count_statement(shape), values) or 0


_NOT_OPEN: ColumnElement[bool] = not_(
    or_(
        exists().where(WeeklyBlock.instructor_id == Instructor.id),
        exists().where(Timetable.instructor_id == Instructor.id),
        exists().where(
            DateOverride.instructor_id == Instructor.id, DateOverride.kind == OverrideKind.EXTRA
        ),
    )
)
"""Whether somebody has given no hours: these come after those who can be booked."""


@lru_cache(maxsize=KINDS)
def _page_statement(shape: _SearchShape) -> Select[int, str, str | None, str, str, str, int]:
    # A separate count is far faster than a window function when nearly all rows match; but an
    # expensive condition must not be evaluated twice.
    total = func.count().over() if shape.costly else _count_statement(shape).scalar_subquery()
    hits = (
        select(Instructor.id, total.label("total"), _NOT_OPEN.label("not_open"))
        .where(*_conditions(shape))
        .order_by(_NOT_OPEN, Instructor.sort_key, Instructor.id)
        .limit(PAGE_SIZE)
        .offset(bindparam("offset", type_=Integer))
        .subquery()
    )
    row = aliased(Instructor)
    return (
        select(
            row.id,
            row.name,
            row.name_pinyin,
            row.title,
            row.workplace,
            row.region_code,
            hits.c.total,
        )
        .join(hits, hits.c.id == row.id)
        .order_by(hits.c.not_open, row.sort_key, row.id)
    )


@lru_cache(maxsize=KINDS)
def _count_statement(shape: _SearchShape) -> Select[int]:
    return select(func.count()).select_from(Instructor).where(*_conditions(shape))


def _conditions(shape: _SearchShape) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Instructor.listed.is_(True)]
    # Cheapest first: SQLite evaluates conditions in this order.
    if shape.public_only:
        conditions.append(Instructor.public.is_(True))
    if shape.audience:
        conditions.append(for_audience())
    if shape.format:
        conditions.append(in_format())
    if shape.field:
        conditions.append(in_field(by_index=True))
    if shape.regions_above is not None:
        conditions.append(teaches_in(shape.regions_above, by_index=True))
    return conditions + has_words(shape.words)
