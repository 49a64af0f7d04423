"""What becomes of a requested change is told to the person by mail, in the reader's language."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.entries.engine.parts import EntryPart, Name
from booking.entries.models import RequestedChange
from booking.entries.reviews import service as reviews
from booking.notifications.models import Delivery
from tests import factories
from tests.conftest import Time
from tests.entries import keeping
from tests.factories import CHEN, Cast
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url}


def asked_for_a_name(app: Flask, people: Cast) -> int:
    keeping.reviewing(app)
    keeping.change(app, people.chen.id, people.chen.user, EntryPart.NAME, Name("陈明明"))
    return keeping.requests(app, people.chen.id)[-1].id


def answer(app: Flask, request_id: int, user_id: int, remarks: str = "") -> None:
    """Approve a change, or return it with remarks."""
    with app.app_context(), unit_of_work() as session:
        asked_at = session.get_one(RequestedChange, request_id).asked_at
        who = keeping.actor(session, user_id)
        if remarks:
            reviews.send_back(
                session,
                request_id=request_id,
                asked_at=asked_at,
                remarks=remarks,
                actor=who,
                now=factories.NOW,
            )
        else:
            reviews.approve(
                session, request_id=request_id, asked_at=asked_at, actor=who, now=factories.NOW
            )


def told(app: Flask, smtp: Mailbox, time: Time) -> list[tuple[str, str, str]]:
    """Recipient, subject and text of each mail."""
    round_of_work(app, time)
    found = []
    for mail in smtp.messages:
        body = mail.get_body(("plain",))
        assert body is not None
        found.append((mail["To"].addresses[0].addr_spec, str(mail["Subject"]), body.get_content()))
    return found


@pytest.mark.parametrize(
    ("language", "remarks", "subject", "said"),
    [
        ("zh_Hans_CN", "", "您修改的内容已通过：姓名", "已通过审核"),
        ("zh_Hans_CN", "请写全名。", "您修改的内容已退回：姓名", "意见：请写全名。"),
        ("en", "", "Your change was approved: Name", "has approved what you changed"),
        ("en", "Too short.", "Your change was returned: Name", "Remarks: Too short."),
    ],
)
def test_the_person_is_told(
    app: Flask,
    people: Cast,
    smtp: Mailbox,
    time: Time,
    language: str,
    remarks: str,
    subject: str,
    said: str,
) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).values(language=language))
    answer(app, asked_for_a_name(app, people), people.wang, remarks)

    ((to, line, text),) = told(app, smtp, time)

    assert (to, line) == (CHEN, subject)
    assert said in text
    assert f"http://localhost/entries/{people.chen.id}" in text


def test_nobody_is_told_of_the_own_answer(app: Flask, people: Cast, time: Time) -> None:
    """A coordinator who is also the instructor decides on what was asked for the entry."""
    request_id = asked_for_a_name(app, people)
    with app.app_context(), unit_of_work() as session:
        user = session.get_one(User, people.chen.user)
        accounts.add_membership(
            session, user=user, role=Role.COORDINATOR, region_code=factories.CITY, now=factories.NOW
        )
    answer(app, request_id, people.chen.user)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0
    round_of_work(app, time)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0
