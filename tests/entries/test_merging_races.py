"""A merge meets bookings: on both databases nothing is lost, doubled or left with the old entry."""

from __future__ import annotations

import random

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.db import db, unit_of_work
from booking.entries.mergers import service
from booking.errors import DomainError
from booking.instructors.merger import CannotMerge
from booking.instructors.models import Instructor, Topic
from booking.lectures.models import Hold, Lecture
from tests import factories
from tests.entries import keeping
from tests.factories import Cast, at
from tests.races import at_once


def second(app: Flask) -> tuple[int, int]:
    """Another entry of Chen with hours; its id and that of its topic."""
    with app.app_context(), unit_of_work() as session:
        made = factories.make_instructor(session, "陈明", workplace="汀兰大学医学院（虚构）")
        factories.open_hours(session, made)
        topic = session.scalars(select(Topic.id).where(Topic.instructor_id == made)).one()
        return made, topic


def merge(app: Flask, people: Cast, dropped_id: int) -> None:
    with app.app_context():
        try:
            with unit_of_work() as session:
                service.merge(
                    session,
                    kept_id=people.chen.id,
                    dropped_id=dropped_id,
                    takes_hours=False,
                    actor=keeping.actor(session, people.wang),
                    now=factories.NOW,
                )
        finally:
            db.session.remove()


def book(
    app: Flask, people: Cast, owner: tuple[int, int], days: int, hour: int, minute: int = 0
) -> None:
    with app.app_context():
        try:
            with unit_of_work() as session:
                factories.request(
                    session,
                    people,
                    at(days, hour, minute),
                    instructor_id=owner[0],
                    topic_id=owner[1],
                )
        finally:
            db.session.remove()


def state(app: Flask) -> tuple[int, set[int], set[int]]:
    """The number of lectures, and whose the lectures and holds are."""
    with app.app_context():
        count = db.session.scalar(select(func.count()).select_from(Lecture)) or 0
        return (
            count,
            set(db.session.scalars(select(Lecture.instructor_id))),
            set(db.session.scalars(select(Hold.instructor_id))),
        )


@pytest.mark.parametrize("day", [3, 4, 7])
def test_a_booking_of_the_old_entry_is_taken_along_or_refused(
    app: Flask, people: Cast, day: int
) -> None:
    other = second(app)
    merged, booked = at_once(
        lambda: merge(app, people, other[0]), lambda: book(app, people, other, day, 9)
    )
    count, lectures, holds = state(app)
    assert (merged, count) == (True, int(booked))
    assert lectures | holds <= {people.chen.id}


def test_two_merges_at_once_are_one(app: Flask, people: Cast) -> None:
    other = second(app)
    done = at_once(lambda: merge(app, people, other[0]), lambda: merge(app, people, other[0]))
    assert sorted(done) == [False, True]
    with app.app_context():
        assert db.session.get(Instructor, other[0]) is None


def test_merges_in_both_directions_leave_one(app: Flask, people: Cast) -> None:
    other = second(app)

    def backwards() -> None:
        with app.app_context():
            try:
                with unit_of_work() as session:
                    service.merge(
                        session,
                        kept_id=other[0],
                        dropped_id=people.chen.id,
                        takes_hours=False,
                        actor=keeping.actor(session, people.wang),
                        now=factories.NOW,
                    )
            finally:
                db.session.remove()

    done = at_once(lambda: merge(app, people, other[0]), backwards)
    assert sorted(done) == [False, True]
    with app.app_context():
        kept = set(db.session.scalars(select(Instructor.id).where(Instructor.name == "陈明")))
    assert len(kept) == 1


@pytest.mark.parametrize("seed", range(6))
def test_sums_stay_or_the_merge_is_refused(app: Flask, people: Cast, seed: int) -> None:
    """Lectures at random times: what overlaps is refused, and nothing has moved then."""
    chance, other = random.Random(seed), second(app)
    owners = ((people.chen.id, people.chen.topic), other)
    for _number in range(chance.randrange(2, 6)):
        try:
            days, hour = chance.choice((3, 4)), chance.choice((8, 11, 14))
            book(app, people, chance.choice(owners), days, hour, chance.choice((0, 30)))
        except DomainError:
            pass  # The person has a lecture near that time already.
    with app.app_context():
        held = db.session.execute(select(Hold.instructor_id, Hold.starts_at, Hold.ends_at)).all()
    mine = [row for row in held if row[0] == people.chen.id]
    theirs = [row for row in held if row[0] == other[0]]
    clash = any(a[1] < b[2] and b[1] < a[2] for a in mine for b in theirs)
    before = state(app)

    if clash:
        with pytest.raises(CannotMerge):
            merge(app, people, other[0])
        assert state(app) == before
    else:
        merge(app, people, other[0])
        assert state(app)[0] == before[0]
        assert state(app)[1] | state(app)[2] <= {people.chen.id}
