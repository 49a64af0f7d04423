"""Step 0040 with data: the tables of mail that comes back go and come; deliveries stay."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, select

from booking.db import db, unit_of_work
from booking.notifications.models import Delivery
from booking.replies.engine.contents import Bounce, RecipientReport
from booking.replies.models import ReturnedAddress
from booking.replies.returns import service as returns
from booking.replies.returns.queries import returned_since
from tests import databases, factories
from tests.factories import CHEN, NOW

TABLES = {"received_mail", "attendee_reply", "returned_address", "mailbox_state"}


def test_the_tables_through_the_step(app: Flask) -> None:
    people = factories.invite(app)
    sent = Delivery(
        recipient=CHEN,
        user_id=people.chen.user,
        message_id="<sent@example.org>",
        subject="x",
        created_at=NOW,
        next_try_at=None,
        sent_at=NOW,
    )
    with app.app_context(), unit_of_work() as session:
        session.add(sent)
        session.flush()
        report = RecipientReport((CHEN,), "5.1.1", True)
        returns.note(session, Bounce("<sent@example.org>", (report,)), NOW)
        assert list(returned_since(session, [people.chen.user])) == [people.chen.user]
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0036")
        assert TABLES & set(inspect(db.engine).get_table_names()) == set()
        db.session.remove()
    databases.migrate(app)
    with app.app_context():
        assert set(inspect(db.engine).get_table_names()) >= TABLES
        assert list(db.session().scalars(select(ReturnedAddress))) == []
        assert list(db.session().scalars(select(Delivery.message_id))) == ["<sent@example.org>"]
