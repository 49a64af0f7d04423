"""A person is asked once a year by mail whether the entry is still right."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.entries import service
from booking.entries.confirmations.tasks import ask
from booking.entries.engine.freshness import FRESH
from booking.instructors.models import Instructor
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.conftest import Time
from tests.entries import keeping
from tests.factories import CHEN, Cast
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work

SECOND = timedelta(seconds=1)
DUE = factories.NOW + FRESH + SECOND


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url}


def asked(app: Flask, now: datetime) -> list[int]:
    """The ids of those who are asked at an instant."""
    with app.app_context():
        before = set(db.session.scalars(select(OutboxEvent.id)))
        ask(now)
        rows = db.session.scalars(select(OutboxEvent).order_by(OutboxEvent.id)).all()
        return [row.payload["instructor_id"] for row in rows if row.id not in before]


def test_each_is_asked_once_a_year(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.make_instructor(session, "黄莺")  # Without an account.
        session.get_one(Instructor, people.zhou.id).listed = False
    moments = [DUE - SECOND, DUE, DUE + SECOND, DUE + FRESH, DUE + FRESH + SECOND]
    assert [asked(app, moment) for moment in moments] == [
        [],
        [people.chen.id],
        [],
        [],
        [people.chen.id],
    ]


def test_who_has_confirmed_is_asked_a_year_later(app: Flask, people: Cast) -> None:
    for teacher in (people.chen, people.zhou):
        with app.app_context(), unit_of_work() as session:
            who = keeping.actor(session, teacher.user)
            entry = keeping.locked(session, teacher.id, who)
            service.confirm(session, entry=entry, actor=who, now=DUE)
    assert asked(app, DUE + FRESH) == []
    assert asked(app, DUE + FRESH + SECOND) == [people.chen.id, people.zhou.id]


def test_the_mail_leads_to_the_entry(app: Flask, people: Cast, smtp: Mailbox, time: Time) -> None:
    time.now = DUE
    asked(app, DUE)
    round_of_work(app, time)
    (mail,) = [mail for mail in smtp.messages if mail["To"].addresses[0].addr_spec == CHEN]
    assert mail["Subject"] == "请核对您在师资库中的信息"
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"/entries/{people.chen.id}" in body.get_content()


def test_no_mail_to_who_has_confirmed_meanwhile(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    time.now = DUE
    asked(app, DUE)
    for teacher in (people.chen, people.zhou):
        with app.app_context(), unit_of_work() as session:
            who = keeping.actor(session, teacher.user)
            entry = keeping.locked(session, teacher.id, who)
            service.confirm(session, entry=entry, actor=who, now=DUE)
    round_of_work(app, time)
    assert list(smtp.messages) == []
