"""Revision 0011 with data: history gets names, sign-ins come and go with their table."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, select, text

from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.lectures.models import HistoryEntry
from booking.lectures.service import apply_command
from tests import databases, factories
from tests.accounts.test_sign_ins import cookies, copy, sign_in, signed_in
from tests.factories import NOW, WANG

BEFORE = "0010"


def _names(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        query = select(HistoryEntry.party, HistoryEntry.actor_name).order_by(HistoryEntry.id)
        return [(party.value, name) for party, name in db.session().execute(query)]


def test_names_and_sign_ins_through_the_step(app: Flask) -> None:
    people = factories.invite(app)
    number = factories.confirmed(app, people)
    with app.app_context(), unit_of_work() as session:
        apply_command(
            session,
            number=number,
            command=Command.CANCEL,
            parties=frozenset({Party.BRANCH_COORDINATOR}),
            user_id=people.sun,
            now=NOW,
            reason="礼堂停电。",
        )
    named = [("branch", "李静"), ("instructor", ""), ("branch_coordinator", "孙丽")]
    assert _names(app) == named
    kept = cookies(sign_in(app, WANG, remember=True))

    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision=BEFORE)
        columns = {one["name"] for one in inspect(db.engine).get_columns("lecture_history")}
        assert "actor_name" not in columns
        parties = text("SELECT party FROM lecture_history ORDER BY id")
        assert list(db.session().scalars(parties)) == ["branch", "instructor", "coordinator"]
        db.session.remove()
    databases.migrate(app)

    # Which side a coordinator looked after was not told apart before.
    assert _names(app) == [*named[:2], ("coordinator", "孙丽")]
    # Whoever was signed in must sign in once more.
    assert not signed_in(copy(app, kept))
    assert signed_in(sign_in(app, WANG))
