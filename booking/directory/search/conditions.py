"""Which instructors a search means, as conditions on `Instructor`.

What is searched for travels in named parameters: a statement is written once for all searches
that ask for the same kinds of things, and each search brings its values.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from booking.instructors.engine import index_terms, names
from booking.instructors.engine.vocabulary import Audience, Format, bits
from booking.instructors.models import Field, Instructor

Values = dict[str, object]
"""Parameters of a statement by their names."""


KINDS = 256
"""So many kinds of searches have their statements kept: strangers choose what they ask for."""


def in_kinds(words: Sequence[str]) -> list[str]:
    """The words, those that may be a reading last: their order decides nothing."""
    return sorted(words, key=str.isascii)


def letters(words: Sequence[str]) -> tuple[bool, ...]:
    """For each word whether it may be a reading, too: the kind of thing that is asked for."""
    return tuple(word.isascii() for word in words)


def has_words(spelt: Sequence[bool]) -> list[ColumnElement[bool]]:
    """Each word anywhere in the text; letters also as the beginning of a pinyin token."""
    return [_has_word(number, one) for number, one in enumerate(spelt)]


def word_values(words: Sequence[str]) -> Values:
    """The parameters of `has_words`, and of a comparison with another text (`like_word`)."""
    found: Values = {}
    for number, word in enumerate(words):
        plain = names.escape_like(word)
        found[f"word_{number}"] = f"%{plain}%"
        found[f"terms_{number}"] = index_terms.query(word)
        if word.isascii():
            found[f"token_{number}"] = f"% {plain}%"
    return found


def like_word(text: ColumnElement[str], number: int) -> ColumnElement[bool]:
    """Whether a text has one of the words."""
    return text.like(bindparam(f"word_{number}", type_=String), escape="\\")


def _has_word(number: int, spelt: bool) -> ColumnElement[bool]:
    found = like_word(Instructor.search_text.expression, number)
    if spelt:
        token = bindparam(f"token_{number}", type_=String)
        found = or_(found, Instructor.search_pinyin.like(token, escape="\\"))
    return and_(_may_have(f"terms_{number}"), found)


def _has_code(*parameters: str, terms: str, by_index: bool) -> ColumnElement[bool]:
    """Any of these parts of the text of codes.

    `by_index` where it narrows a search by itself: beside an OR, or where others are found by
    something else, PostgreSQL would take their texts apart one by one.
    """
    found = or_(*(_Contains(Instructor.search_codes, _text(name)) for name in parameters))
    return and_(_may_have(terms), found) if by_index else found


def _may_have(parameter: str) -> _MayHave:
    return _MayHave(
        Instructor.search_text, Instructor.search_pinyin, Instructor.search_codes, _text(parameter)
    )


def _text(parameter: str) -> BindParameter[str]:
    return bindparam(parameter, type_=String)


class _MayHave(FunctionElement[bool]):
    """Whether the texts have the terms of a query: what an index of PostgreSQL answers."""

    inherit_cache = True


@compiles(_MayHave, "postgresql")
def _by_index(element: _MayHave, compiler: SQLCompiler, **more: Any) -> str:
    text, pinyin, codes, wanted = (compiler.process(one, **more) for one in element.clauses)
    return f"search_terms({text}, {pinyin} || {codes}) @@ CAST({wanted} AS tsquery)"


@compiles(_MayHave, "sqlite")
def _without_index(_element: _MayHave, _compiler: SQLCompiler, **_more: Any) -> str:
    # SQLite looks through an index that holds the texts themselves.
    return "TRUE"


class _Contains(FunctionElement[bool]):
    """Whether a text has a part: to the letter, where LIKE of SQLite passes over case."""

    inherit_cache = True


@compiles(_Contains, "postgresql")
def _strpos(element: _Contains, compiler: SQLCompiler, **more: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **more)}) > 0"


@compiles(_Contains, "sqlite")
def _instr(element: _Contains, compiler: SQLCompiler, **more: Any) -> str:
    return f"instr({compiler.process(element.clauses, **more)}) > 0"


def for_audience() -> ColumnElement[bool]:
    """Some topic is for this audience, or names none (that means all)."""
    return Instructor.audience_bits.bitwise_and(bindparam("audience", type_=Integer)) != 0


def in_format() -> ColumnElement[bool]:
    """Some topic is taught in this format, or names none (that means all)."""
    return Instructor.format_bits.bitwise_and(bindparam("format", type_=Integer)) != 0


def bit_values(audience: str, form: str) -> Values:
    """The parameters of `for_audience` and `in_format`; an empty one is not asked for."""
    found: Values = {"audience": bits([Audience(audience)])} if audience else {}
    return found | ({"format": bits([Format(form)])} if form else {})


def in_field(*, by_index: bool = False) -> ColumnElement[bool]:
    """Works in the field or in one below it."""
    return _has_code("field_token", terms="field_terms", by_index=by_index)


def fields_under() -> Select[int]:
    """The ids of a field and of those below it, for use within another statement."""
    code = bindparam("field", type_=String)
    wanted = select(Field.id).where(Field.code == code)
    return select(Field.id).where(or_(Field.code == code, Field.parent_id.in_(wanted)))


def field_values(code: str) -> Values:
    """The parameters of `in_field` and `fields_under`."""
    token = index_terms.field(code)
    return {"field": code, "field_token": token, "field_terms": index_terms.codes_query([token])}


def teaches_in(above: int, *, by_index: bool = False) -> ColumnElement[bool]:
    """Serves the region, one within it, or one of so many `above` it."""
    parameters = [f"region_{number}" for number in range(above + 1)]
    return _has_code(*parameters, terms="region_terms", by_index=by_index)


def regions_above(code: str) -> int:
    """How many regions lie above one: the kind of thing that is asked for."""
    return len(lineage(code)) - 1


def region_values(code: str) -> Values:
    """The parameters of `teaches_in`."""
    within = index_terms.regions_under(scope_prefix(code))
    parts = [within, *map(index_terms.region, lineage(code)[1:])]
    found: Values = {f"region_{number}": part for number, part in enumerate(parts)}
    return found | {"region_terms": index_terms.codes_query(parts)}
