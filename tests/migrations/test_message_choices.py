"""Step 0041: the tables of choices come and go, and what is necessary cannot be turned off."""

from __future__ import annotations

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, text

from booking.db import db, unit_of_work
from booking.notifications.choices.engine.preferences import DigestRhythm
from booking.notifications.digests.tasks import write_digests
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.reminders.tasks import remind
from tests import factories
from tests.factories import at
from tests.notifications.choices.choosing import NO_MAIL, choose, chosen

TABLES = {"message_choice", "message_preference", "lecture_reminder", "digest_day"}


def _tables(app: Flask) -> set[str]:
    with app.app_context():
        return TABLES & set(inspect(db.engine).get_table_names())


def test_down_with_data_and_up_again(app: Flask) -> None:
    people = factories.invite(app)
    factories.confirmed(app, people, at(10, 9))
    choose(app, people.li.user, {MessageKind.PROGRESS: NO_MAIL})
    choose(app, people.wang, digest=DigestRhythm.DAILY)
    with app.app_context():
        assert (remind(at(9, 9)), write_digests(at(9, 9))) == (2, 1)
        db.session.remove()
        flask_migrate.downgrade(revision="0040")
    assert _tables(app) == set()
    with app.app_context():
        db.session.remove()
        flask_migrate.upgrade()
    assert _tables(app) == TABLES
    assert chosen(app, people.li.user) == {}


@pytest.mark.parametrize("kind", ["answer", "account"])
def test_the_database_keeps_what_is_necessary(app: Flask, kind: str) -> None:
    people = factories.invite(app)
    choose(app, people.li.user, {MessageKind.PROGRESS: NO_MAIL})
    refused = pytest.raises(Exception, match="necessary_is_told")
    with app.app_context(), refused, unit_of_work() as session:
        session.execute(text("UPDATE message_choice SET kind = :kind"), {"kind": kind})
