"""Revision 0027 with data: terms follow each other, topics may take five minutes."""

from __future__ import annotations

from datetime import date

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from booking.availability.models import BookingRule, Term
from booking.db import db, unit_of_work
from booking.instructors.models import Topic
from booking.lectures.models import Lecture
from tests import databases, factories
from tests.nominations.nominating import BY_NOBODY, nominated

BEFORE = "0021"

OVERLAPPING = (
    (date(2025, 1, 1), date(2026, 12, 31)),
    (date(2025, 6, 1), date(2025, 12, 31)),  # within the first
    (date(2026, 7, 1), date(2028, 6, 30)),  # begins in the first
    (date(2029, 1, 1), date(2029, 12, 31)),
)


def _down(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision=BEFORE)


def _terms(app: Flask, instructor_id: int) -> list[tuple[date, date]]:
    with app.app_context():
        query = select(Term.first, Term.last).where(Term.instructor_id == instructor_id)
        rows = db.session().execute(query.order_by(Term.first))
        return [(first, last) for first, last in rows]


def test_terms_that_overlapped_follow_each_other(app: Flask) -> None:
    people = factories.invite(app)
    _down(app)
    with app.app_context(), unit_of_work() as session:
        for owner in (people.chen.id, people.zhou.id):
            rows = [
                {"instructor_id": owner, "first": first, "last": last, "certificate": ""}
                for first, last in OVERLAPPING
            ]
            session.execute(insert(Term), rows)

    databases.migrate(app)

    expected = [OVERLAPPING[0], (date(2027, 1, 1), date(2028, 6, 30)), OVERLAPPING[3]]
    assert _terms(app, people.chen.id) == expected
    assert _terms(app, people.zhou.id) == expected


def test_the_database_refuses_a_term_that_overlaps(app: Flask) -> None:
    people = factories.invite(app)
    rows = [
        Term(instructor_id=people.chen.id, first=date(2027, 1, 1), last=date(2027, 6, 30)),
        Term(instructor_id=people.chen.id, first=date(2027, 6, 30), last=date(2027, 7, 1)),
    ]
    with app.app_context():
        db.session.add_all(rows)
        with pytest.raises(IntegrityError, match="ex_term_no_overlap"):
            db.session.flush()
        db.session.rollback()


def _set_minutes(app: Flask, topic_id: int, minutes: int) -> None:
    with app.app_context():
        session = db.session()
        session.execute(
            text("UPDATE topic SET minutes = :minutes WHERE id = :id"),
            {"minutes": minutes, "id": topic_id},
        )
        session.commit()


def test_five_minutes_are_allowed_and_four_are_not_and_lectures_stay(app: Flask) -> None:
    people = factories.invite(app)
    number = factories.requested(app, people)
    with app.app_context(), unit_of_work() as session:
        values = {"step_minutes": 30, "notice_days": 3, "horizon_days": 90, "buffer_minutes": 0}
        for owner, least in ((people.chen.id, 5), (people.zhou.id, 60)):
            row = BookingRule(
                instructor_id=owner, changed_at=factories.NOW, shortest_minutes=least, **values
            )
            session.add(row)
    _set_minutes(app, people.zhou.topic, 5)
    with pytest.raises(IntegrityError):
        _set_minutes(app, people.zhou.topic, 4)

    _down(app)

    with app.app_context(), db.engine.connect() as connection:
        rules = connection.execute(text("SELECT shortest_minutes FROM booking_rule ORDER BY 1"))
        topic = text("SELECT minutes FROM topic WHERE id = :id")
        assert list(rules.scalars()) == [15, 60]
        assert connection.scalar(topic, {"id": people.zhou.topic}) == 15
    with pytest.raises(IntegrityError):
        _set_minutes(app, people.zhou.topic, 5)

    databases.migrate(app)

    with app.app_context():
        session = db.session()
        assert sorted(session.scalars(select(BookingRule.shortest_minutes))) == [5, 60]
        assert session.scalar(select(Lecture.topic_id).where(Lecture.number == number))
        assert session.scalar(select(Topic.minutes).where(Topic.id == people.chen.topic)) == 120
        session.rollback()
    _set_minutes(app, people.zhou.topic, 5)


def test_the_history_of_nominations_is_kept(app: Flask) -> None:
    """Revision 0030: also after going down, where it could be changed, and up again."""
    factories.invite(app)
    nominated(app, BY_NOBODY)
    _refused(app)
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0028")
    with app.app_context(), unit_of_work() as session:
        session.execute(text("UPDATE nomination_history SET reason = 'x'"))
    databases.migrate(app)
    _refused(app)
    with app.app_context(), unit_of_work() as session:
        session.execute(text("UPDATE nomination_history SET user_id = NULL"))


def _refused(app: Flask) -> None:
    for statement in (
        "UPDATE nomination_history SET actor_name = 'x'",
        "UPDATE nomination_history SET at = '2020-01-01'",
        "DELETE FROM nomination_history",
        "DELETE FROM nomination",
    ):
        with (
            app.app_context(),
            pytest.raises(DBAPIError, match="nomination_history_append_only"),
            unit_of_work() as session,
        ):
            session.execute(text(statement))
