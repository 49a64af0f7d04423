"""Who is told by mail of what becomes of an order, in both languages and without noise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from booking.accounts.models import User
from booking.db import unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.orders import guests, service
from booking.orders.claims import service as claims
from booking.orders.tasks import pass_time
from booking.orders.waiting_list import service as waiting_list
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, LI, NOW, WANG, ZHAO, ZHOU, ZONE, Cast, at
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work
from tests.orders import ordering
from tests.orders.ordering import ask


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url, "MAIL_FROM": "platform@example.org"}


def told(app: Flask, smtp: Mailbox, time: Time) -> list[tuple[str, str]]:
    """To whom and about what since the last look; every mail has both parts and a link."""
    round_of_work(app, time)
    found = []
    for envelope, mail in zip(smtp.envelopes, smtp.messages, strict=True):
        for kind in ("plain", "html"):
            part = mail.get_body((kind,))
            assert part is not None
            assert "http://localhost/" in part.get_content()
        found.append((envelope.rcpt_tos[0], str(mail["Subject"])))
    smtp.envelopes.clear()
    smtp.messages.clear()
    return sorted(found)


@pytest.fixture
def cast(app: Flask, people: Cast) -> Cast:
    """Everybody reads English."""
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).values(language="en"))
    return people


def test_from_the_need_to_the_lecture(app: Flask, cast: Cast, smtp: Mailbox, time: Time) -> None:
    number = ordering.placed(app, cast)
    assert told(app, smtp, time) == [(WANG, "New order to dispatch: 急救")]

    with app.app_context(), unit_of_work() as session:
        ordering.dispatch(session, number, ask(cast.chen), ask(cast.zhou, at(4, 9)))
    assert [who for who, _about in told(app, smtp, time)] == [CHEN]

    ordering.answer(app, number, Command.DECLINE)
    assert [who for who, _about in told(app, smtp, time)] == [ZHOU]

    ordering.answer(app, number, Command.CONFIRM)
    assert [who for who, _about in told(app, smtp, time)] == [LI, ZHOU]

    ordering.answer(app, number, Command.CANCEL)
    assert (WANG, "To be dispatched again: 急救") in told(app, smtp, time)


def test_coordinators_hear_when_nobody_is_left(
    app: Flask, cast: Cast, smtp: Mailbox, time: Time
) -> None:
    number = ordering.dispatched(app, cast)
    told(app, smtp, time)
    ordering.answer(app, number, Command.DECLINE)
    assert told(app, smtp, time) == [(WANG, "To be dispatched again: 急救")]


@pytest.mark.parametrize("ending", ["rejected", "expired"])
def test_the_branch_hears_of_the_end(
    app: Flask, cast: Cast, smtp: Mailbox, time: Time, ending: str
) -> None:
    number = ordering.placed(app, cast)
    told(app, smtp, time)
    with app.app_context():
        if ending == "expired":
            pass_time(at(4, 18))
        else:
            with unit_of_work() as session:
                service.reject(session, number=number, reason="暂无", user_id=None, now=NOW)
    subject = {
        "rejected": "Your order was not accepted: 急救",
        "expired": "Nobody was found for your order: 急救",
    }[ending]
    assert told(app, smtp, time) == [(LI, subject)]


def test_claims(app: Flask, cast: Cast, smtp: Mailbox, time: Time) -> None:
    number = ordering.published(app, cast)
    told(app, smtp, time)
    chen, _zhou = ordering.claimed(app, number, ask(cast.chen), ask(cast.zhou, at(4, 9)))
    assert told(app, smtp, time) == [(WANG, "An instructor would give: 急救")]
    with app.app_context(), unit_of_work() as session:
        claims.accept(session, number=number, claim_id=chen, user_id=None, now=NOW, zone=ZONE)
    assert [who for who, _about in told(app, smtp, time)] == [CHEN, LI, ZHOU]


def test_guests_hear_of_time_and_place(app: Flask, cast: Cast, smtp: Mailbox, time: Time) -> None:
    host = ordering.placed(app, cast)
    guest = ordering.placed(app, cast, organisation_id=cast.zhao.id)
    with app.app_context(), unit_of_work() as session:
        guests.join(session, host=host, numbers=[guest], user_id=None, now=NOW)
        ordering.dispatch(session, host, ask(cast.chen))
    told(app, smtp, time)
    ordering.answer(app, host, Command.CONFIRM)
    title = "Settled: you take part in 家庭急救常识（120分钟）"
    assert (ZHAO, title) in told(app, smtp, time)


def test_who_waits_for_an_instructor_is_told_of_the_free_time(
    app: Flask, cast: Cast, smtp: Mailbox, time: Time
) -> None:
    number = ordering.placed(app, cast, instructor_id=cast.chen.id)
    told(app, smtp, time)
    with app.app_context():
        pass_time(NOW)
    assert told(app, smtp, time) == [
        (LI, "A time is held for you until Mon 23 Nov 2026, 23:59: 陈明")
    ]
    with app.app_context(), unit_of_work() as session:
        branch = frozenset({Party.BRANCH})
        waiting_list.take(session, number=number, parties=branch, user_id=None, now=NOW, zone=ZONE)
    assert [who for who, _about in told(app, smtp, time)] == [CHEN, LI]


def test_in_chinese(app: Flask, people: Cast, smtp: Mailbox, time: Time) -> None:
    ordering.placed(app, people)
    ((who, subject),) = told(app, smtp, time)
    assert (who, subject) == (WANG, "新点单待派单：急救")


def test_a_mail_is_sent_once(app: Flask, cast: Cast, smtp: Mailbox, time: Time) -> None:
    ordering.placed(app, cast)
    told(app, smtp, time)
    time.now = factories.NOW + timedelta(minutes=1)
    assert told(app, smtp, time) == []
