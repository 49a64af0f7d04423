"""Plants a token into every text about persons, by direct changes of the rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import JSON, Column, LargeBinary, Table, select, text, update
from sqlalchemy.orm import Session

from booking.db import Base, db, unit_of_work
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Instructor
from booking.instructors.search_index import refresh_locked
from tests.attacks.world import MARKER
from tests.factories import DISTRICT, OTHER_DISTRICT, Cast
from tests.privacy.canary import tokens
from tests.privacy.canary.fields import MORE, NOT_PLANTED, STORED_IN
from tests.privacy.planting import Planter, holds_text, plain_type

FILLED = (
    "delivery", "lecture_record", "leaving", "merged_entry", "passkey", "reset_request", "reveal",
    "sign_in_code",
)  # fmt: skip
"""Tables of which the world of the attacks has no rows."""


class Place(NamedTuple):
    """A cell that holds a token."""

    table: str
    key: tuple[Any, ...]
    column: str

    @property
    def label(self) -> str:
        """`table.column`."""
        return f"{self.table}.{self.column}"


def text_columns() -> list[Column[Any]]:
    """Every column in which a text can stand, but for keys of other rows."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if holds_text(column) and not column.foreign_keys and not column.primary_key
    ]


def unknown_columns() -> set[str]:
    """Columns of which nobody has said what they tell."""
    labels = {f"{column.table.name}.{column.name}" for column in text_columns()}
    return labels - set(MORE) - set(STORED_IN) - set(NOT_PLANTED)


def fill(app: Flask, cast: Cast) -> None:
    """Rows about Chen in the tables that are empty."""
    with app.app_context(), unit_of_work() as session:
        tables = Base.metadata.tables
        topic, lecture = tables["topic"], tables["lecture"]
        mine = {
            "user": cast.chen.user,
            "instructor": cast.chen.id,
            "topic": cast.chen.topic,
            "lecture": session.scalars(select(lecture.c.id).order_by(lecture.c.id)).first(),
            "organisation": cast.li.id,
            "region": DISTRICT,
        }
        others = {
            "user": cast.zhou.user,
            "instructor": cast.zhou.id,
            "topic": session.scalars(
                select(topic.c.id).where(topic.c.instructor_id == cast.zhou.id)
            ).first(),
            "organisation": cast.zhao.id,
            "region": OTHER_DISTRICT,
        }
        planter = Planter(session, mine, others)
        for name in FILLED:
            by = [key.parent.name for key in tables[name].foreign_keys]
            wanted = ("instructor_id", "lecture_id", "user_id")
            planter.row(tables[name], next((one for one in wanted if one in by), None))
        session.execute(text("UPDATE passkey SET extensions = '{}', transports = ''"))


def plant(app: Flask) -> dict[int, Place]:
    """Change every text; returns the place of each token by its number."""
    places: dict[int, Place] = {}
    with app.app_context(), unit_of_work() as session, _unprotected(session):
        for column in text_columns():
            label = f"{column.table.name}.{column.name}"
            if label in NOT_PLANTED:
                continue
            _plant_column(session, column, places)
    assert len(places) <= tokens.MOST
    with app.app_context(), unit_of_work() as session:
        # As every change of an entry does: a search finds by what is planted.
        refresh_locked(session, session.scalars(select(Instructor.id)).all())
    return places


def _plant_column(session: Session, column: Column[Any], places: dict[int, Place]) -> None:
    table: Table = column.table
    keys = list(table.primary_key.columns)
    for row in session.execute(select(table).order_by(*keys)).mappings().all():
        number = len(places) + 1
        value = _planted(column, dict(row), number)
        if value is None or value == row[column.name]:
            continue
        here = [key == row[key.name] for key in keys]
        session.execute(update(table).where(*here).values({column.name: value}))
        places[number] = Place(table.name, tuple(row[key.name] for key in keys), column.name)


def _planted(column: Column[Any], row: dict[str, Any], number: int) -> Any:
    """The value with a token in it; None: nothing can stand there."""
    value, kind, label = row[column.name], plain_type(column), f"{column.table.name}.{column.name}"
    if label in ("contact.value", "user_contact.value"):
        return tokens.phone(number) if row["channel"] is Channel.PHONE else tokens.mail(number)
    if column.name == "hint":
        return tokens.hint(number)
    if column.name in ("email", "recipient"):
        return value and tokens.mail(number)
    if column.name == "phone":
        return value and ("+86" if value.startswith("+86") else "") + tokens.phone(number)
    if isinstance(kind, JSON):
        return _within(value, tokens.everything(number))
    if isinstance(kind, LargeBinary):
        return value and tokens.everything(number).encode()
    if value is None:
        return None
    whole = f"{tokens.everything(number)}{value}"
    return whole[: kind.length] if kind.length else whole


def _within(value: Any, token: str) -> Any:
    """The same structure with the token in every text that somebody typed."""
    if isinstance(value, dict):
        return {key: _within(one, token) for key, one in value.items()}
    if isinstance(value, list):
        return [_within(one, token) for one in value]
    if isinstance(value, str) and MARKER in value:
        return token
    return value


@contextmanager
def _unprotected(session: Session) -> Iterator[None]:
    """Without the triggers of tables that nobody may change."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        return
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    triggers = session.execute(text(query)).all()
    for name, _sql in triggers:
        session.execute(text(f'DROP TRIGGER "{name}"'))
    yield
    for _name, sql in triggers:
        session.connection().exec_driver_sql(sql)


def rows_of(name: str) -> list[dict[str, Any]]:
    """All rows of a table."""
    table = Base.metadata.tables[name]
    return [dict(row) for row in db.session().execute(select(table)).mappings()]
