"""Revision 0033 with data: reveals stay as they are down and up, and become append-only."""

from __future__ import annotations

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from booking.contacts.engine.reveals import Through
from booking.contacts.models import Reveal
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Channel
from tests import databases, factories

BEFORE = "0029"


def _reveal(instructor_id: int, reader_id: int) -> Reveal:
    return Reveal(
        instructor_id=instructor_id,
        channel=Channel.PHONE,
        hint="120****9931",
        reader_id=reader_id,
        reader_name="王强",
        reader_unit="",
        through=Through.CASE,
        reason="核对电话",
        shown_at=factories.NOW,
    )


def test_reveals_of_before_stay_and_are_append_only(app: Flask) -> None:
    people = factories.invite(app)
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision=BEFORE)
    with app.app_context(), unit_of_work() as session:
        session.add(_reveal(people.chen.id, people.wang))
        session.flush()
        # Not yet refused.
        session.execute(text("UPDATE reveal SET reader_unit = '栖云市'"))

    databases.migrate(app)

    with app.app_context():
        row = db.session().scalars(select(Reveal)).one()
        assert (row.reader_unit, row.hint) == ("栖云市", "120****9931")
        db.session.remove()
        for change in ("UPDATE reveal SET hint = ''", "DELETE FROM reveal"):
            with (
                pytest.raises(IntegrityError, match="reveal_append_only"),
                unit_of_work() as session,
            ):
                session.execute(text(change))
    # Down and up again, with rows in all tables.
    with app.app_context(), unit_of_work() as session:
        session.execute(
            text(
                "INSERT INTO message_thread (id, reference, instructor_id, organisation_id, "
                "created_at, changed_at) VALUES (1, 'YK-2026-000001', :chen, :li, :now, :now)"
            ),
            {"chen": people.chen.id, "li": people.li.id, "now": factories.NOW},
        )
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision=BEFORE)
    databases.migrate(app)
    with app.app_context():
        assert db.session().scalar(text("SELECT count(*) FROM reveal")) == 1
        assert db.session().scalar(text("SELECT count(*) FROM message_thread")) == 0
