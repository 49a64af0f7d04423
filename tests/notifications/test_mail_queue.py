"""A feature other than lectures records an event, and its handler queues mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.db import unit_of_work
from booking.notifications.mail_queue import queue_mail
from booking.outbox import handlers
from booking.outbox.engine.kinds import OutboxKind
from booking.outbox.service import record
from tests import factories
from tests.conftest import Time
from tests.factories import LI, WANG, Cast
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work

TEMPLATES = {
    "email/parcel_sent/subject.txt": "{{ _('Parcel %(number)s', number=number) }}\n",
    "email/parcel_sent/body.txt": "\n\n{{ _('Place') }}: {{ place }}\n\n\n{{ user.name }}\n",
    "email/parcel_sent/body.html": '{% extends "email/layout.html" %}'
    "{% block content %}<p>{{ place }}</p>{% endblock %}",
}


@dataclass(frozen=True, slots=True)
class Order:
    """The payload of another feature's event."""

    number: int
    place: str


PLACED = OutboxKind("parcel.sent", Order)


def tell(session: Session, order: Order, /, *, event_id: int, now: datetime) -> None:
    values = {"number": order.number, "place": order.place}
    for user in session.scalars(select(User).where(User.email.in_([LI, WANG]))):
        queue_mail(
            session,
            template="parcel_sent",
            recipient=user,
            values=values,
            event_id=event_id,
            at=factories.NOW,
            now=now,
        )


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url}


@pytest.mark.own_application
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_event_of_another_feature_becomes_mail_in_the_language_of_each_reader(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    assert app.jinja_env.loader is not None
    app.jinja_env.loader = ChoiceLoader([app.jinja_env.loader, DictLoader(TEMPLATES)])
    registered = handlers.Handlers()
    registered.register(PLACED, tell)
    handlers.connect(app, registered)
    with app.app_context(), unit_of_work() as session:
        session.get_one(User, people.li.user).language = "en"
        record(session, PLACED, Order(7, "<二楼>"), now=time.now)

    assert (round_of_work(app, time), round_of_work(app, time)) == (2, 0)
    texts = {}
    for mail in smtp.messages:
        plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None
        assert page is not None
        assert "<p>&lt;二楼&gt;</p>" in page.get_content()
        assert "授课" not in page.get_content()
        text, _gap, last = plain.get_content().rpartition("\r\n\r\n")
        assert "http://localhost/unsubscribe/" in last
        texts[mail["To"].addresses[0].addr_spec] = text
    assert texts == {
        LI: "Parcel 7\r\n\r\nPlace: <二楼>\r\n\r\n李静",
        WANG: "Parcel 7\r\n\r\n地点: <二楼>\r\n\r\n王强",
    }
    assert {str(mail["Subject"]) for mail in smtp.messages} == {"Parcel 7"}
