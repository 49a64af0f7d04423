"""Which instructors a search means, as conditions on `Instructor`."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select

from booking.accounts.roles import lineage, scope_prefix
from booking.instructors import names
from booking.instructors.models import Field, Instructor, InstructorField, ServedRegion


def has_word(word: str) -> ColumnElement[bool]:
    """Anywhere in the text; letters also as the beginning of a pinyin token."""
    text = Instructor.search_text.like(f"%{names.escape_like(word)}%", escape="\\")
    if not word.isascii():
        return text
    token = Instructor.search_pinyin.like(f"% {names.escape_like(word)}%", escape="\\")
    return or_(text, token)


def in_field(code: str) -> ColumnElement[bool]:
    """Works in the field or in one below it."""
    owners = select(InstructorField.instructor_id)
    return Instructor.id.in_(owners.where(InstructorField.field_id.in_(fields_under(code))))


def fields_under(code: str) -> Select[int]:
    """The ids of a field and of those below it, for use within another statement."""
    wanted = select(Field.id).where(Field.code == code)
    return select(Field.id).where(or_(Field.code == code, Field.parent_id.in_(wanted)))


LONGEST_CODE = 12
"""Digits of a region's code (GB/T 2260, GB/T 10114)."""


def teaches_in(code: str) -> ColumnElement[bool]:
    """Serves the region, one above it or one within it."""
    # As a span of codes, which an index finds; LIKE would read everybody's regions.
    prefix = scope_prefix(code)
    within = ServedRegion.region_code.between(prefix, prefix.ljust(LONGEST_CODE, "9"))
    around = ServedRegion.region_code.in_(lineage(code))
    return Instructor.id.in_(select(ServedRegion.instructor_id).where(or_(around, within)))
