"""Answer links of lectures that a coordinator hands over to instructors whom no mail reaches."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.audit import Action
from booking.db import unit_of_work
from booking.instructors import service as instructors
from tests import factories
from tests.browser import Client
from tests.factories import LI, NOW, SUN, WANG, Cast, at
from tests.members.inviting import PHONE, link_in, logged

BUTTON = "Hand over the answer link"


@pytest.fixture
def number(app: Flask, people: Cast) -> str:
    """A request for an instructor who has an account without a mail address."""
    with app.app_context(), unit_of_work() as session:
        teacher = factories.make_instructor(session, "高山")
        factories.open_hours(session, teacher)
        user = accounts.create_user(
            session, phone=PHONE, name="高山", password_hash=factories.password_hash(), now=NOW
        )
        accounts.add_membership(
            session, user=user, role=Role.INSTRUCTOR, instructor_id=teacher, now=NOW
        )
        topic = instructors.topic_ids(session, teacher)[0]
    return factories.requested(app, people, at(3, 9), instructor_id=teacher, topic_id=topic)


def test_the_link_answers_once(app: Flask, people: Cast, number: str) -> None:
    wang = Client(app).language("en").sign_in(WANG)
    assert BUTTON in wang.get(f"/lectures/{number}").text
    path = link_in(wang.post(f"/lectures/{number}/answer-link").text)
    guest = Client(app).language("en")
    assert guest.post(path, {"confirm": "1"}).status_code == 303
    assert "There is nothing more to do here." in guest.get(path).text
    assert BUTTON not in wang.get(f"/lectures/{number}").text
    assert wang.post(f"/lectures/{number}/answer-link").status_code == 409
    assert logged(app, Action.ANSWER_LINK_MADE) == [(Action.ANSWER_LINK_MADE, {"person": "高山"})]


def test_only_the_coordinators_of_the_instructor_hand_it_over(
    app: Flask, people: Cast, number: str
) -> None:
    path = f"/lectures/{number}/answer-link"
    assert [Client(app).sign_in(one).post(path).status_code for one in (SUN, LI)] == [404, 403]
    assert logged(app, Action.OUT_OF_SCOPE) == [(Action.OUT_OF_SCOPE, {"attempt": "answer link"})]
    assert logged(app, Action.ANSWER_LINK_MADE) == []


def test_whom_mail_reaches_gets_the_link_by_mail(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people)
    wang = Client(app).language("en").sign_in(WANG)
    assert BUTTON not in wang.get(f"/lectures/{number}").text
    assert wang.post(f"/lectures/{number}/answer-link").status_code == 409
