"""Which instructors a search means, as conditions on `Instructor`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
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

from booking.accounts.roles import lineage, scope_prefix
from booking.instructors import names, terms
from booking.instructors.models import Field, Instructor
from booking.instructors.vocabulary import Audience, Format, bits


def has_word(word: str) -> ColumnElement[bool]:
    """Anywhere in the text; letters also as the beginning of a pinyin token."""
    found: ColumnElement[bool] = Instructor.search_text.like(
        f"%{names.escape_like(word)}%", escape="\\"
    )
    if word.isascii():
        token = Instructor.search_pinyin.like(f"% {names.escape_like(word)}%", escape="\\")
        found = or_(found, token)
    return and_(_may_have(terms.query(word)), found)


def _has_code(*pieces: str) -> ColumnElement[bool]:
    """Any of these parts of the text of codes."""
    found = (_Contains(Instructor.search_codes, _text(piece)) for piece in pieces)
    return and_(_may_have(terms.codes_query(pieces)), or_(*found))


def _may_have(query: str) -> _MayHave:
    return _MayHave(
        Instructor.search_text, Instructor.search_pinyin, Instructor.search_codes, _text(query)
    )


def _text(value: str) -> BindParameter[str]:
    return bindparam(None, value, type_=String)


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


def for_audience(code: str) -> ColumnElement[bool]:
    """Some topic is for this audience, or names none (that means all)."""
    return Instructor.audience_bits.bitwise_and(bits([Audience(code)])) != 0


def in_format(code: str) -> ColumnElement[bool]:
    """Some topic is taught in this format, or names none (that means all)."""
    return Instructor.format_bits.bitwise_and(bits([Format(code)])) != 0


def in_field(code: str) -> ColumnElement[bool]:
    """Works in the field or in one below it."""
    return _has_code(terms.field(code))


def fields_under(code: str) -> Select[int]:
    """The ids of a field and of those below it, for use within another statement."""
    wanted = select(Field.id).where(Field.code == code)
    return select(Field.id).where(or_(Field.code == code, Field.parent_id.in_(wanted)))


def teaches_in(code: str) -> ColumnElement[bool]:
    """Serves the region, one above it or one within it."""
    _itself, *above = lineage(code)
    within = terms.regions_under(scope_prefix(code))
    return _has_code(within, *map(terms.region, above))
