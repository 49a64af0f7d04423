"""Revision 0037 with data: addresses stay, and what earlier releases do not know goes."""

from __future__ import annotations

from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import text

from booking.calendars.feeds import tasks
from booking.db import db
from tests import factories
from tests.browser import Client
from tests.calendars.conftest import events, open_calendar, open_feed
from tests.factories import CHEN, LI, Cast


def rows(app: Flask, query: str) -> list[tuple[Any, ...]]:
    with app.app_context(), db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def migrate(app: Flask, *, up: bool) -> None:
    with app.app_context():
        db.session.remove()
        if up:
            flask_migrate.upgrade(revision="0037")
        else:
            flask_migrate.downgrade(revision="0036")


def test_down_and_up_with_data(app: Flask, people: Cast) -> None:
    factories.confirmed(app, people)
    waiting = factories.requested(app, people, factories.at(4, 9))
    chen, reader = Client(app).sign_in(CHEN), Client(app)
    old = open_feed(chen, "instructor", people.chen.id, name="我的手机")
    busy = open_feed(Client(app).sign_in(LI), "branch", people.li.id, busy_only="y")
    mine = open_calendar(chen, "mine", tentative="y")
    before = reader.get(old).data

    migrate(app, up=False)
    assert rows(app, "SELECT view, instructor_id FROM feed") == [("instructor", people.chen.id)]
    assert rows(app, "SELECT count(*) FROM rendered_event") == [(2,)]
    migrate(app, up=True)

    assert reader.get(old).data == before
    assert [reader.get(gone).status_code for gone in (busy, mine)] == [404, 404]
    assert rows(app, "SELECT name, busy_only, tentative, last_used_at FROM feed WHERE name = ''")
    # English texts and the request come back with the first round of the job.
    assert rows(app, "SELECT count(*) FROM rendered_text") == [(0,)]
    with app.app_context():
        assert tasks.tidy(factories.NOW) == 2
        assert tasks.tidy(factories.NOW) == 0
    assert rows(app, "SELECT count(*) FROM rendered_text") == [(4,)]
    new = open_calendar(chen, "mine", tentative="y")
    titles = [str(one["SUMMARY"]) for one in events(reader, new)]
    assert [title.startswith("【待确认】") for title in titles] == [False, True]
    assert waiting in str(events(reader, new)[1]["DESCRIPTION"])
