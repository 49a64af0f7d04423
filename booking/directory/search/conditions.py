"""Search criteria as SQL conditions on `Instructor`, with named bind parameters.

The values are not part of a statement, so that one cached statement serves all searches of the
same shape (the same combination of criteria).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from booking.accounts.engine.roles import lineage, scope_prefix
from booking.directory.engine.synonyms import Terms
from booking.instructors.engine import index_terms, names
from booking.instructors.engine.vocabulary import Audience, Format, bits
from booking.instructors.models import Field, Instructor

Values = dict[str, object]
"""Bind parameters of a statement by name."""


KINDS = 256
"""Size of the statement caches, by search shape: bounded, as anonymous clients choose shapes."""


Letters = tuple[tuple[bool, ...], ...]
"""For each word and its synonyms, whether it may be pinyin (is ASCII)."""


def in_kinds(terms: Terms) -> Terms:
    """The terms sorted with possible pinyin last; AND ignores order, so there are fewer shapes."""
    return tuple(sorted(terms, key=lambda words: [word.isascii() for word in words]))


def letters(terms: Terms) -> Letters:
    """Which words may be pinyin: part of the statement cache key."""
    return tuple(tuple(word.isascii() for word in words) for words in terms)


def has_words(spelt: Letters) -> list[ColumnElement[bool]]:
    """Conditions: each word or a synonym is in the text, or if ASCII starts a pinyin token."""
    return [
        or_(*(_has_word(f"{number}_{place}", pinyin) for place, pinyin in enumerate(words)))
        for number, words in enumerate(spelt)
    ]


def word_values(terms: Terms) -> Values:
    """The bind parameters of `has_words`."""
    values: Values = {}
    for number, words in enumerate(terms):
        for place, word in enumerate(words):
            pattern = names.escape_like(word)
            values[f"word_{number}_{place}"] = f"%{pattern}%"
            values[f"terms_{number}_{place}"] = index_terms.query(word)
            if word.isascii():
                values[f"token_{number}_{place}"] = f"% {pattern}%"
    return values


def _like_word(text: ColumnElement[str], number: str) -> ColumnElement[bool]:
    """Condition: a text contains the word with this number."""
    return text.like(bindparam(f"word_{number}", type_=String), escape="\\")


def _has_word(number: str, may_be_pinyin: bool) -> ColumnElement[bool]:
    matches = _like_word(Instructor.search_text.expression, number)
    if may_be_pinyin:
        token = bindparam(f"token_{number}", type_=String)
        matches = or_(matches, Instructor.search_pinyin.like(token, escape="\\"))
    return and_(_index_match(f"terms_{number}"), matches)


def _has_code(*parameters: str, terms: str, by_index: bool) -> ColumnElement[bool]:
    """Condition: `search_codes` contains any of these parameters.

    `by_index` adds the index condition, where this one restricts the search by itself. Under an
    OR, or when another condition drives the plan, PostgreSQL would parse the text of each row.
    """
    contains = or_(*(_Contains(Instructor.search_codes, _text(name)) for name in parameters))
    return and_(_index_match(terms), contains) if by_index else contains


def _index_match(parameter: str) -> _IndexMatch:
    return _IndexMatch(
        Instructor.search_text, Instructor.search_pinyin, Instructor.search_codes, _text(parameter)
    )


def _text(parameter: str) -> BindParameter[str]:
    return bindparam(parameter, type_=String)


class _IndexMatch(FunctionElement[bool]):
    """Full-text prefilter: the GIN index of PostgreSQL serves it; true on SQLite."""

    inherit_cache = True


@compiles(_IndexMatch, "postgresql")
def _tsquery(element: _IndexMatch, compiler: SQLCompiler, **more: Any) -> str:
    text, pinyin, codes, query = (compiler.process(clause, **more) for clause in element.clauses)
    return f"search_terms({text}, {pinyin} || {codes}) @@ CAST({query} AS tsquery)"


@compiles(_IndexMatch, "sqlite")
def _always_true(_element: _IndexMatch, _compiler: SQLCompiler, **_more: Any) -> str:
    # SQLite scans a covering index that contains the texts.
    return "TRUE"


class _Contains(FunctionElement[bool]):
    """Case-sensitive substring test: LIKE ignores case on SQLite."""

    inherit_cache = True


@compiles(_Contains, "postgresql")
def _strpos(element: _Contains, compiler: SQLCompiler, **more: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **more)}) > 0"


@compiles(_Contains, "sqlite")
def _instr(element: _Contains, compiler: SQLCompiler, **more: Any) -> str:
    return f"instr({compiler.process(element.clauses, **more)}) > 0"


def for_audience() -> ColumnElement[bool]:
    """Condition: some topic is for this audience, or names none (which means all)."""
    return Instructor.audience_bits.bitwise_and(bindparam("audience", type_=Integer)) != 0


def in_format() -> ColumnElement[bool]:
    """Condition: some topic has this format, or names none (which means all)."""
    return Instructor.format_bits.bitwise_and(bindparam("format", type_=Integer)) != 0


def bit_values(audience: str, form: str) -> Values:
    """The bind parameters of `for_audience` and `in_format`; none for an empty value."""
    values: Values = {"audience": bits([Audience(audience)])} if audience else {}
    return values | ({"format": bits([Format(form)])} if form else {})


def in_field(*, by_index: bool = False) -> ColumnElement[bool]:
    """Condition: the instructor works in the field or in a sub-field."""
    return _has_code("field_token", terms="field_terms", by_index=by_index)


def fields_under() -> Select[int]:
    """Subquery: the ids of a field and of its sub-fields."""
    code = bindparam("field", type_=String)
    parent = select(Field.id).where(Field.code == code)
    return select(Field.id).where(or_(Field.code == code, Field.parent_id.in_(parent)))


def field_values(code: str) -> Values:
    """The bind parameters of `in_field` and `fields_under`."""
    token = index_terms.field(code)
    return {"field": code, "field_token": token, "field_terms": index_terms.codes_query([token])}


def teaches_in(above: int, *, by_index: bool = False) -> ColumnElement[bool]:
    """Condition: serves the region, one within it, or one of the `above` regions above it."""
    parameters = [f"region_{number}" for number in range(above + 1)]
    return _has_code(*parameters, terms="region_terms", by_index=by_index)


def regions_above(code: str) -> int:
    """The number of regions above a region: part of the statement cache key."""
    return len(lineage(code)) - 1


def region_values(code: str) -> Values:
    """The bind parameters of `teaches_in`."""
    within = index_terms.regions_under(scope_prefix(code))
    parts = [within, *map(index_terms.region, lineage(code)[1:])]
    values: Values = {f"region_{number}": part for number, part in enumerate(parts)}
    return values | {"region_terms": index_terms.codes_query(parts)}
