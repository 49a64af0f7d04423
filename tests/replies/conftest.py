"""A lecture about which mail has gone out, and a way to hand mail in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.lectures.models import Lecture
from booking.notifications.models import Delivery
from booking.replies import service
from booking.replies.engine.outcomes import MailOutcome
from booking.settings import service as settings
from booking.settings.engine.reply_declarations import AUTHENTICATION_SERVER
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, Cast
from tests.notifications.conftest import round_of_work
from tests.replies.clients import SERVER, Answer

Receive = Callable[[bytes], MailOutcome]


@pytest.fixture
def checked(app: Flask) -> None:
    """The provider's server is known by its name."""
    with app.app_context(), unit_of_work() as session:
        settings.change(session, AUTHENTICATION_SERVER, SERVER, now=factories.NOW)


@pytest.fixture
def receive(app: Flask, time: Time, checked: None) -> Receive:
    """Hand a mail in."""

    def hand_in(raw: bytes) -> MailOutcome:
        with app.app_context():
            return service.receive(raw, now=time.now)

    return hand_in


@pytest.fixture
def asked(app: Flask, people: Cast, time: Time) -> str:
    """The number of a requested lecture, about which the mails have gone out."""
    number = factories.requested(app, people)
    round_of_work(app, time)
    return number


@pytest.fixture
def promised(app: Flask, people: Cast, time: Time) -> str:
    """The number of a confirmed lecture, about which the mails have gone out."""
    number = factories.confirmed(app, people)
    round_of_work(app, time)
    return number


def lecture(app: Flask, number: str) -> Lecture:
    """The lecture as it is now."""
    with app.app_context():
        query = select(Lecture).where(Lecture.number == number)
        return db.session().scalars(query).one()


def answer(app: Flask, number: str, **more: object) -> Answer:
    """An answer of Chen to the lecture as it is now."""
    one = lecture(app, number)
    return Answer(uid=one.uid, sequence=one.sequence).but(**more)


def message_id(app: Flask, recipient: str = CHEN) -> str:
    """The Message-ID of the last mail to somebody."""
    with app.app_context():
        query = select(Delivery.message_id).where(Delivery.recipient == recipient)
        found = db.session().scalars(query.order_by(Delivery.id.desc()).limit(1)).one()
        assert found is not None
        return found


def subjects(app: Flask, time: Time, after: int = 0) -> list[tuple[str, str]]:
    """Let the worker write mail; to whom and about what, of those after a number of mails."""
    round_of_work(app, time)
    with app.app_context():
        rows = db.session().execute(
            select(Delivery.recipient, Delivery.subject).order_by(Delivery.id).offset(after)
        )
        return [(to, about) for to, about in rows]


def count(app: Flask) -> int:
    """How many mails were written."""
    with app.app_context():
        return len(db.session().scalars(select(Delivery.id)).all())
