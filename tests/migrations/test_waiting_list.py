"""What becomes of times that are held for the waiting list where a schema goes down."""

from __future__ import annotations

import flask_migrate
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from booking.db import db, unit_of_work
from booking.lectures.engine.unbookable import SlotTaken
from booking.lectures.models import Hold
from booking.orders.models import OfferState, OrderOffer
from booking.orders.tasks import pass_time
from config import ROOT
from tests import databases, factories
from tests.factories import NOW, Cast, at
from tests.orders import ordering

REVISION = "0028"


def before() -> str:
    """The revision before this one, wherever it was put in line."""
    alembic = Config()
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    alembic.set_main_option("path_separator", "os")
    found = ScriptDirectory.from_config(alembic).get_revision(REVISION).down_revision
    assert isinstance(found, str)
    return found


def test_held_times_go_and_everything_else_stays(app: Flask, people: Cast) -> None:
    factories.requested(app, people, at(4, 9))
    ordering.placed(app, people, instructor_id=people.chen.id)
    with app.app_context():
        assert pass_time(NOW) == 1
        assert len(db.session.scalars(select(Hold.id)).all()) == 2
        db.session.remove()
        flask_migrate.downgrade(revision=before())
        for query, found in (
            ("SELECT count(*) FROM hold", 1),
            ("SELECT count(*) FROM order_history WHERE command = 'hold'", 0),
            ("SELECT count(*) FROM outbox_event WHERE kind = 'order.time_held'", 0),
            ("SELECT count(*) FROM order_offer WHERE state = 'dropped'", 1),
        ):
            assert db.session.execute(text(query)).scalar() == found
        db.session.remove()
        with pytest.raises(DatabaseError), unit_of_work() as session:
            session.execute(text("UPDATE hold SET lecture_id = NULL"))
    databases.migrate(app)
    with app.app_context():
        assert pass_time(NOW) == 1
        states = db.session.scalars(select(OrderOffer.state).order_by(OrderOffer.id)).all()
        assert states == [OfferState.DROPPED, OfferState.HELD]


@pytest.mark.parametrize("lectures", [(None, None), (1, None), (None, 1)])
def test_a_time_without_a_lecture_overlaps_every_other(
    app: Flask, people: Cast, lectures: tuple[int | None, int | None]
) -> None:
    factories.requested(app, people, at(9, 9))

    def hold(lecture_id: int | None, hour: int) -> Hold:
        return Hold(
            instructor_id=people.chen.id,
            lecture_id=lecture_id,
            starts_at=at(3, hour),
            ends_at=at(3, hour + 2),
        )

    one, other = lectures
    with app.app_context():
        with unit_of_work() as session:
            session.add_all([hold(one, 9), hold(other, 11)])
        with pytest.raises(SlotTaken), unit_of_work() as session:
            session.add(hold(other, 10))
        later = update(Hold).where(Hold.starts_at == at(3, 11))
        with pytest.raises(SlotTaken), unit_of_work() as session:
            session.execute(later.values(starts_at=at(3, 10)))
        with unit_of_work() as session:
            kept = session.scalars(select(Hold).where(Hold.starts_at == at(3, 9))).one()
            kept.ends_at = at(3, 10)
