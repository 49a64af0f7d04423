"""Which instructors a search means, as conditions on `Instructor`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from booking.accounts.queries import lies_under
from booking.accounts.roles import lineage
from booking.instructors import names, terms
from booking.instructors.models import Field, Instructor, InstructorField, ServedRegion
from booking.instructors.vocabulary import Audience, Format, bits


def has_word(word: str) -> ColumnElement[bool]:
    """Anywhere in the text; letters also as the beginning of a pinyin token."""
    found: ColumnElement[bool] = Instructor.search_text.like(
        f"%{names.escape_like(word)}%", escape="\\"
    )
    if word.isascii():
        token = Instructor.search_pinyin.like(f"% {names.escape_like(word)}%", escape="\\")
        found = or_(found, token)
    wanted = bindparam(None, terms.query(word), type_=String)
    return and_(_MayHave(Instructor.search_text, Instructor.search_pinyin, wanted), found)


class _MayHave(FunctionElement[bool]):
    """Whether the texts have the terms of a word: what an index of PostgreSQL answers."""

    inherit_cache = True


@compiles(_MayHave, "postgresql")
def _on_postgresql(element: _MayHave, compiler: SQLCompiler, **more: Any) -> str:
    text, pinyin, wanted = (compiler.process(one, **more) for one in element.clauses)
    return f"search_terms({text}, {pinyin}) @@ CAST({wanted} AS tsquery)"


@compiles(_MayHave, "sqlite")
def _on_sqlite(_element: _MayHave, _compiler: SQLCompiler, **_more: Any) -> str:
    # SQLite looks through an index that holds the texts themselves.
    return "TRUE"


def for_audience(code: str) -> ColumnElement[bool]:
    """Some topic is for this audience, or names none (that means all)."""
    return Instructor.audience_bits.bitwise_and(bits([Audience(code)])) != 0


def in_format(code: str) -> ColumnElement[bool]:
    """Some topic is taught in this format, or names none (that means all)."""
    return Instructor.format_bits.bitwise_and(bits([Format(code)])) != 0


def in_field(code: str) -> ColumnElement[bool]:
    """Works in the field or in one below it."""
    owners = select(InstructorField.instructor_id)
    return Instructor.id.in_(owners.where(InstructorField.field_id.in_(fields_under(code))))


def fields_under(code: str) -> Select[int]:
    """The ids of a field and of those below it, for use within another statement."""
    wanted = select(Field.id).where(Field.code == code)
    return select(Field.id).where(or_(Field.code == code, Field.parent_id.in_(wanted)))


def teaches_in(code: str) -> ColumnElement[bool]:
    """Serves the region, one above it or one within it."""
    within = lies_under(ServedRegion.region_code, code)
    around = ServedRegion.region_code.in_(lineage(code))
    return Instructor.id.in_(select(ServedRegion.instructor_id).where(or_(around, within)))
