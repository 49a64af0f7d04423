"""The database itself refuses to change what happened to a lecture."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from booking.accounts.models import Membership, User
from booking.db import db
from booking.lectures.models import HistoryEntry
from tests import factories
from tests.factories import Cast

CHANGES = (
    "UPDATE lecture_history SET reason = 'x'",
    "UPDATE lecture_history SET user_id = 1",
    "UPDATE lecture_history SET user_id = NULL, actor_name = ''",
    "UPDATE lecture_history SET user_id = NULL, facts = '{}'",
    "UPDATE lecture_history SET target = 'confirmed'",
    "DELETE FROM lecture_history",
    "DELETE FROM lecture",
)


@pytest.mark.parametrize("statement", CHANGES)
def test_history_cannot_be_changed(app: Flask, people: Cast, statement: str) -> None:
    factories.requested(app, people)
    with app.app_context(), db.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text(statement))


def test_it_outlives_an_account(app: Flask, people: Cast) -> None:
    factories.requested(app, people)
    with app.app_context(), db.engine.begin() as connection:
        for table, column in ((Membership, Membership.user_id), (User, User.id)):
            connection.execute(delete(table).where(column == people.li.user))
    with app.app_context():
        [entry] = db.session().scalars(select(HistoryEntry)).all()
        assert (entry.user_id, entry.actor_name) == (None, "李静")


def test_an_entry_is_not_replaced(app: Flask, people: Cast) -> None:
    factories.requested(app, people)
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            return
        copied = "id, lecture_id, at, actor_name, party, command, source, target"
        with pytest.raises(IntegrityError):
            connection.execute(
                text(
                    f"INSERT OR REPLACE INTO lecture_history ({copied}, reason) "
                    f"SELECT {copied}, 'x' FROM lecture_history"
                )
            )
