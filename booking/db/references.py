"""What refers to a row that is merged into another of its table, and how it moves there.

Each feature declares the references of its own tables; `create_app` connects them. A test compares
them with the foreign keys of all tables, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement, and_, delete, func, inspect, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from booking.sentences import Sentence

_KEY = "references"

Key = int | str


@dataclass(frozen=True, slots=True)
class Reference:
    """One column that names rows of the table `target`.

    `apart` are the other columns of a key: a row that the one that stays has already is deleted
    instead of moved. With `only` the column names such rows only where that condition holds.
    """

    target: str
    column: InstrumentedAttribute[Any]
    name: Sentence | None = None
    """What a preview calls the rows; None: they are not told."""
    apart: tuple[InstrumentedAttribute[Any], ...] = ()
    single: bool = False
    """Whether the row that stays can have one at most, and keeps its own."""
    only: ColumnElement[bool] | None = None
    first: bool = False
    """Whether the rows are locked before the merged rows, as the other changes of them do."""
    kept: str = ""
    """Why the rows go on naming the one that went; empty: they move."""
    act: Callable[[Session, Key, Key], int] | None = None
    """Moves the rows from one key to another, where a plain change is not enough."""

    @property
    def label(self) -> str:
        """The table and the column."""
        return f"{self.column.class_.__tablename__}.{self.column.name}"

    def of(self, key: Key) -> ColumnElement[bool]:
        """SQL condition: the row names the one with this key."""
        return and_(self.column == key, true() if self.only is None else self.only)


def connect(app: Flask, references: Iterable[Reference]) -> None:
    """Hand in the references of all features."""
    app.extensions[_KEY] = tuple(references)


def to(target: str) -> Sequence[Reference]:
    """The references to rows of a table, in the order in which they were handed in."""
    return [one for one in current_app.extensions[_KEY] if one.target == target]


def count(session: Session, target: str, key: Key) -> list[tuple[Sentence, int]]:
    """What a preview tells: the name of each kind of row that would move, and how many."""
    numbers: dict[Sentence, int] = {}
    for one in to(target):
        if one.name is not None and not one.kept:
            query = select(func.count()).select_from(one.column.class_).where(one.of(key))
            numbers[one.name] = numbers.get(one.name, 0) + (session.scalar(query) or 0)
    return [(name, number) for name, number in numbers.items() if number]


def is_named(session: Session, target: str, key: Key) -> bool:
    """Whether any row names the one with this key."""
    return any(
        session.scalar(select(func.count()).select_from(one.column.class_).where(one.of(key)))
        for one in to(target)
    )


def lock(session: Session, target: str, key: Key) -> None:
    """Lock what is locked before the row itself (decision 0131), in the order handed in."""
    for one in to(target):
        if one.first:
            keys = inspect(one.column.class_).primary_key
            session.execute(
                select(*keys).where(one.of(key)).order_by(*keys).with_for_update()
            ).all()


def move(session: Session, target: str, gone: Key, stays: Key) -> dict[str, int]:
    """Let all that names `gone` name `stays`; returns the rows by table and column.

    Repeating it moves only what came in the meantime.
    """
    session.flush()
    moved = {}
    for one in to(target):
        number = 0 if one.kept else _moved(session, one, gone, stays)
        if number:
            moved[one.label] = number
    session.expire_all()
    return moved


def _moved(session: Session, one: Reference, gone: Key, stays: Key) -> int:
    if one.act is not None:
        return one.act(session, gone, stays)
    return _drop_doubles(session, one, gone, stays) + _rename(session, one, gone, stays)


def _rename(session: Session, one: Reference, gone: Key, stays: Key) -> int:
    change = update(one.column.class_).where(one.of(gone)).values({one.column: stays})
    return _rows(session, change)


def _drop_doubles(session: Session, one: Reference, gone: Key, stays: Key) -> int:
    if not one.apart and not one.single:
        return 0
    other = aliased(one.column.class_)
    same = [getattr(other, column.key) == column for column in one.apart]
    has = select(getattr(other, one.column.key)).where(
        getattr(other, one.column.key) == stays, *same
    )
    return _rows(session, delete(one.column.class_).where(one.of(gone), has.exists()))


def _rows(session: Session, change: Any) -> int:
    result: Any = session.execute(change.execution_options(synchronize_session=False))
    return int(result.rowcount)
