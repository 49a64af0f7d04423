"""The database itself refuses overlapping holds, whoever writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from booking.db import db, unit_of_work
from booking.lectures.engine.unbookable import SlotTaken
from booking.lectures.models import Hold, Lecture
from tests import factories
from tests.factories import Cast, at

NINE, ELEVEN, ONE = at(3, 9), at(3, 11), at(3, 13)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def lectures(app: Flask, people: Cast) -> tuple[int, int]:
    """The ids of two lectures of Chen, at 9 and at 13 o'clock."""
    numbers = [factories.requested(app, people, start) for start in (NINE, ONE)]
    with app.app_context():
        first, second = (
            db.session.scalars(select(Lecture.id).where(Lecture.number == number)).one()
            for number in numbers
        )
    return first, second


def _insert(
    session: Session, instructor: int, lecture: int, start: datetime, end: datetime
) -> None:
    values = {
        "instructor_id": instructor,
        "lecture_id": lecture,
        "starts_at": start,
        "ends_at": end,
    }
    session.execute(insert(Hold).values(values))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NINE, ELEVEN),
        (NINE + MINUTE, ELEVEN - MINUTE),
        (NINE - MINUTE, ELEVEN + MINUTE),
        (NINE - MINUTE, NINE + MINUTE),
        (ELEVEN - MINUTE, ELEVEN + MINUTE),
        (ELEVEN - timedelta(microseconds=1), ELEVEN),
    ],
)
def test_an_overlapping_insert_is_taken(
    app: Flask, people: Cast, lectures: tuple[int, int], start: datetime, end: datetime
) -> None:
    with app.app_context(), pytest.raises(SlotTaken), unit_of_work() as session:
        _insert(session, people.chen.id, lectures[1], start, end)
    assert _held(app) == [(NINE, ELEVEN), (ONE, at(3, 15))]


def test_touching_and_foreign_holds_are_allowed(
    app: Flask, people: Cast, lectures: tuple[int, int]
) -> None:
    with app.app_context(), unit_of_work() as session:
        _insert(session, people.chen.id, lectures[1], ELEVEN, ONE)
        _insert(session, people.zhou.id, lectures[1], NINE, ELEVEN)
        _insert(session, people.chen.id, lectures[0], NINE + MINUTE, ELEVEN)
    assert len(_held(app)) == 5


MOVES: list[Callable[[Cast, tuple[int, int]], dict[str, object]]] = [
    lambda _cast, _ids: {"starts_at": ELEVEN - MINUTE},
    lambda _cast, _ids: {"starts_at": NINE, "ends_at": ELEVEN},
]


@pytest.mark.parametrize("move", MOVES)
def test_an_update_into_another_hold_is_taken(
    app: Flask,
    people: Cast,
    lectures: tuple[int, int],
    move: Callable[[Cast, tuple[int, int]], dict[str, object]],
) -> None:
    values = move(people, lectures)
    with app.app_context(), pytest.raises(SlotTaken), unit_of_work() as session:
        session.execute(update(Hold).where(Hold.lecture_id == lectures[1]).values(values))
    assert _held(app) == [(NINE, ELEVEN), (ONE, at(3, 15))]


def test_giving_a_hold_to_a_busy_instructor_is_taken(
    app: Flask, people: Cast, lectures: tuple[int, int]
) -> None:
    with app.app_context():
        with unit_of_work() as session:
            _insert(session, people.zhou.id, lectures[1], NINE, ELEVEN)
        with pytest.raises(SlotTaken), unit_of_work() as session:
            session.execute(
                update(Hold)
                .where(Hold.instructor_id == people.zhou.id)
                .values(instructor_id=people.chen.id)
            )


def test_giving_an_overlapping_part_to_another_lecture_is_taken(
    app: Flask, people: Cast, lectures: tuple[int, int]
) -> None:
    with app.app_context():
        with unit_of_work() as session:
            _insert(session, people.chen.id, lectures[0], NINE + MINUTE, ELEVEN)
        with pytest.raises(SlotTaken), unit_of_work() as session:
            session.execute(
                update(Hold).where(Hold.starts_at == NINE + MINUTE).values(lecture_id=lectures[1])
            )


def test_a_hold_that_ends_before_it_begins_is_a_bug_and_no_refusal(
    app: Flask, people: Cast, lectures: tuple[int, int]
) -> None:
    # PostgreSQL says so already when it builds the range, SQLite by the check.
    with app.app_context(), pytest.raises(DatabaseError), unit_of_work() as session:
        _insert(session, people.chen.id, lectures[0], at(5, 10), at(5, 9))


def _held(app: Flask) -> list[tuple[datetime, datetime]]:
    with app.app_context():
        query = select(Hold.starts_at, Hold.ends_at).order_by(Hold.starts_at)
        return [(start, end) for start, end in db.session.execute(query)]
