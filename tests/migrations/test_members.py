"""Revision 0023 with data: accounts with and without mail go down and up again."""

from __future__ import annotations

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from booking.accounts.models import Membership, SignIn, User
from booking.db import db, unit_of_work
from tests import databases
from tests.browser import Client
from tests.factories import LI, NOW, Cast
from tests.members import things

TABLES = {"invitation", "join_request", "reset_link"}


def test_people_outlive_going_down_and_up(app: Flask, people: Cast) -> None:
    Client(app).sign_in(LI)
    with app.app_context(), unit_of_work() as session:
        added = things.add(session, people, now=NOW)
    with app.app_context():
        before = _counts()
        db.session.remove()
        flask_migrate.downgrade(revision="0021")
        seen = inspect(db.engine)
        columns = {column["name"]: column for column in seen.get_columns("user")}
        assert TABLES & set(seen.get_table_names()) == set()
        assert {"phone", "signed_in_at"} & set(columns) == set()
        assert columns["email"]["nullable"] is False
        query = text('SELECT email FROM "user" WHERE id = :id')
        address = db.session.scalar(query, {"id": added.user})
        assert address == f"account-{added.user}@invalid"
        db.session.remove()
    databases.migrate(app)
    with app.app_context():
        assert _counts() == before
        # Who signed in is known from the sign-ins that are kept.
        signed_in = select(User.email).where(User.signed_in_at.is_not(None))
        assert db.session.scalars(signed_in).all() == [LI]
        assert inspect(db.engine).get_columns("user")[1]["nullable"] is True
        db.session.remove()


@pytest.mark.parametrize("again", [False, True])
def test_the_database_wants_an_address_or_a_number(app: Flask, people: Cast, again: bool) -> None:
    if again:
        with app.app_context():
            db.session.remove()
            flask_migrate.downgrade(revision="0021")
        databases.migrate(app)
    with app.app_context(), pytest.raises(IntegrityError), unit_of_work() as session:
        session.execute(text('UPDATE "user" SET email = NULL, phone = NULL WHERE id = 1'))
    with app.app_context(), unit_of_work() as session:
        values = {"phone": "+8612000000061"}
        session.execute(text('UPDATE "user" SET email = NULL, phone = :phone WHERE id = 1'), values)


def _counts() -> list[int]:
    return [len(db.session.scalars(select(model.id)).all()) for model in (User, Membership, SignIn)]
