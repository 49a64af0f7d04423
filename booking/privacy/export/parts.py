"""What a part of the own data is: its columns, and the query of the rows of one person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from booking.accounts.models import Organisation
from booking.instructors.models import (
    Instructor,
)
from booking.lectures.models import Lecture
from booking.orders.models import Order
from booking.sentences import Sentence

Owner = InstrumentedAttribute[Any]
Expression = Any


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose data: the account, and the entries of the register."""

    user_id: int
    instructor_ids: tuple[int, ...]

    def owns(self, column: Owner) -> ColumnElement[bool]:
        """SQL condition: the column names the account or one of the entries."""
        targets = {key.column.table.name for key in column.property.columns[0].foreign_keys}
        is_entry = "instructor" in targets or column.class_ is Instructor
        return column.in_(self.instructor_ids) if is_entry else column == self.user_id


@dataclass(frozen=True, slots=True)
class Part:
    """One part: rows found by `owners`, with named columns. `source` joins what it needs."""

    name: str
    title: Sentence
    owners: tuple[Owner, ...]
    columns: tuple[tuple[str, Expression], ...]
    joins: Callable[[Select[Any]], Select[Any]] = lambda query: query
    order: Expression = None
    contacts: bool = False
    """Whether it has values that pages show only when they are asked for."""

    def query(self, who: Owned) -> Select[Any]:
        """The rows of one person, the newest last."""
        columns = [column.label(name) for name, column in self.columns]
        query = self.joins(select(*columns).select_from(self.owners[0].class_))
        return query.where(or_(*(who.owns(column) for column in self.owners)))


def plain(*columns: Owner) -> tuple[tuple[str, Expression], ...]:
    return tuple((column.key, column) for column in columns)


def of_lecture(query: Select[Any]) -> Select[Any]:
    return query.join(Lecture).join(Organisation, Organisation.id == Lecture.organisation_id)


def of_order(query: Select[Any]) -> Select[Any]:
    return query.join(Order)


WITH_NUMBER = (("number", Lecture.number), ("organisation", Organisation.name))
