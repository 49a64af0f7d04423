"""Checks of the database after a test, by SQL without the product's services."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, create_engine, text

import config

NUMBER = re.compile(r"YK-\d{4}-\d{6}")

_WITHOUT_CONSTRAINT = {
    "sqlite": ("DROP TRIGGER ex_hold_no_overlap_insert", "DROP TRIGGER ex_hold_no_overlap_update"),
    "postgresql": ("ALTER TABLE hold DROP CONSTRAINT ex_hold_no_overlap",),
}


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection to the database at `url`, committed at the end."""
    engine = create_engine(config.load({"DATABASE_URL": url}).database_url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def drop_constraint(url: str) -> None:
    """Drop the constraint against overlapping holds."""
    with connected(url) as connection:
        for statement in _WITHOUT_CONSTRAINT[connection.dialect.name]:
            connection.execute(text(statement))


def overlaps(url: str) -> int:
    """The number of overlapping pairs of holds of one instructor."""
    query = text(
        "SELECT count(*) FROM hold a JOIN hold b ON a.instructor_id = b.instructor_id"
        " AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
    )
    with connected(url) as connection:
        return int(connection.execute(query).scalar_one())


@dataclass(frozen=True, slots=True)
class Booked:
    """One lecture with the numbers of its related rows."""

    number: str
    holds: int
    history: int
    events: int


WHOLE = (1, 1, 1)


def booked(url: str) -> list[Booked]:
    """All lectures, with the numbers of holds, history entries and events."""
    with connected(url) as connection:
        rows = connection.execute(
            text(
                "SELECT number, (SELECT count(*) FROM hold WHERE lecture_id = lecture.id),"
                " (SELECT count(*) FROM lecture_history WHERE lecture_id = lecture.id)"
                " FROM lecture ORDER BY id"
            )
        ).all()
        payloads = connection.execute(text("SELECT CAST(payload AS TEXT) FROM outbox_event"))
        told = [match[0] for (payload,) in payloads if (match := NUMBER.search(payload))]
    return [Booked(number, holds, history, told.count(number)) for number, holds, history in rows]


def untold(url: str) -> int:
    """The number of unhandled events and unsent mails together."""
    query = text(
        "SELECT (SELECT count(*) FROM outbox_event WHERE handled_at IS NULL)"
        " + (SELECT count(*) FROM delivery WHERE sent_at IS NULL AND superseded_at IS NULL)"
    )
    with connected(url) as connection:
        return int(connection.execute(query).scalar_one())
