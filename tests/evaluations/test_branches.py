"""The evaluation by the branch: who gives it and when, its versions, the reminder."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.evaluations import queries, service, tasks
from booking.evaluations.engine.policy import BRANCH_WITHIN, REMINDED_AFTER
from booking.evaluations.engine.scales import EvaluationDimension
from booking.evaluations.models import BranchEvaluation, EvaluationSet
from booking.lectures.engine.states import Command, Party
from booking.lectures.queries import by_number
from booking.lectures.records import service as records
from booking.lectures.records.models import LectureOutcome
from booking.notifications.choices.engine.ways import MessageWay, Ways
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.models import Delivery
from booking.outbox import rounds
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.evaluations import evaluating
from tests.factories import CHEN, LI, NOW, ROOT, WANG, ZHAO, Cast
from tests.notifications.choices.choosing import choose

SENT = {
    "version": "1",
    "score_content": "5",
    "score_method": "4",
    "score_usefulness": "3",
    "again": "yes",
    "remarks": "内容很实用。",
}
AFTER = evaluating.ENDED + timedelta(days=1)


@pytest.fixture
def number(app: Flask, people: Cast, time: Time) -> str:
    """A lecture that took place yesterday."""
    [found] = evaluating.delivered(app, people)
    time.now = AFTER
    return found


def stored(app: Flask) -> list[tuple[Any, ...]]:
    """What branches said."""
    columns = [
        getattr(BranchEvaluation, one)
        for one in ("content", "method", "usefulness", "again", "text")
    ]
    with app.app_context():
        query = select(*columns).order_by(BranchEvaluation.lecture_id)
        return [tuple(row) for row in db.session.execute(query)]


def test_the_branch_finds_answers_and_corrects_it(app: Flask, number: str) -> None:
    browser = Client(app).language("en").sign_in(LI)
    path = f"/lectures/{number}/evaluation"
    for page in ("/", "/lectures", f"/lectures/{number}"):
        assert path in browser.get(page).text, page

    answer = browser.post(path, SENT)

    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"/lectures/{number}#evaluation",
    )
    assert stored(app) == [(5, 4, 3, True, "内容很实用。")]
    for page in ("/", "/lectures"):
        assert path not in browser.get(page).text, page
    again = browser.get(path).text
    assert "内容很实用。" in again
    assert browser.post(path, SENT | {"score_content": "1", "again": "no"}).status_code == 303
    assert stored(app) == [(1, 4, 3, False, "内容很实用。")]


@pytest.mark.parametrize(
    "change",
    [
        {"score_content": ""},
        {"score_method": "6"},
        {"score_usefulness": "x"},
        {"again": "perhaps"},
        {"remarks": "长" * 501},
    ],
)
def test_a_refusal_keeps_what_was_typed(app: Flask, number: str, change: dict[str, str]) -> None:
    browser = Client(app).language("en").sign_in(LI)

    answer = browser.post(f"/lectures/{number}/evaluation", SENT | change)

    assert (answer.status_code, stored(app)) == (422, [])
    assert (SENT | change)["remarks"] in answer.text
    assert "error-summary" in answer.text


def test_an_unknown_version_is_not_found(app: Flask, number: str) -> None:
    browser = Client(app).sign_in(LI)
    for version in ("9", "", "x", "1" * 30):
        answer = browser.post(f"/lectures/{number}/evaluation", SENT | {"version": version})
        assert (answer.status_code, stored(app)) == (404, []), version


def test_nobody_else_reaches_it(app: Flask, number: str) -> None:
    path = f"/lectures/{number}/evaluation"
    for email, status in ((ZHAO, 404), (CHEN, 403), (WANG, 403), (ROOT, 403)):
        browser = Client(app).sign_in(email)
        assert browser.get(path).status_code == status, email
        assert browser.post(path, SENT).status_code == status, email
    assert stored(app) == []


def test_after_two_weeks_it_is_refused(app: Flask, number: str, time: Time) -> None:
    browser = Client(app).language("en").sign_in(LI)
    time.now = evaluating.ENDED + BRANCH_WITHIN
    browser = Client(app).language("en").sign_in(LI)

    answer = browser.post(f"/lectures/{number}/evaluation", SENT)

    assert (answer.status_code, stored(app)) == (409, [])
    assert "that time is over" in answer.text


def test_what_was_not_held_or_withdrawn_is_not_evaluated(
    app: Flask, people: Cast, number: str
) -> None:
    browser = Client(app).sign_in(LI)
    withdrawn = factories.requested(app, people, factories.at(10, 9), note="x")
    with app.app_context(), unit_of_work() as session:
        factories.move(session, withdrawn, Command.WITHDRAW, Party.BRANCH)
        records.not_held(
            session,
            number=number,
            outcome=LectureOutcome.PLACE,
            note="",
            filing=records.Filing(frozenset({Party.BRANCH}), None, AFTER),
        )
    for one in (number, withdrawn):
        assert browser.post(f"/lectures/{one}/evaluation", SENT).status_code == 409
    assert stored(app) == []


def test_an_answer_belongs_to_the_version_that_it_answered(app: Flask, number: str) -> None:
    browser, root = Client(app).sign_in(LI), Client(app).language("en").sign_in(ROOT)
    sent: dict[str, str] = {}
    for one in EvaluationDimension:
        sent |= {f"zh_{one.value}": f"新的{one.value}？", f"en_{one.value}": f"New {one.value}?"}
    assert root.post("/evaluations/questions", sent | {"zh_1": "缺英文？"}).status_code == 422

    answer = root.post("/evaluations/questions", sent | {"zh_1": "讲义？", "en_1": "Handouts?"})

    assert answer.status_code == 303
    assert browser.post(f"/lectures/{number}/evaluation", SENT).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(BranchEvaluation.set_id)).all() == [1]
        [new, old] = queries.every_set(db.session())
        assert [one.key for one in new.asked][3:] == ["further_2_1"]
        assert next(one.zh for one in old.asked) == "授课内容怎么样？"
    assert "讲义？" in browser.get(f"/lectures/{number}/evaluation").text
    further = SENT | {"version": "2", "score_further_2_1": "2"}
    assert browser.post(f"/lectures/{number}/evaluation", further).status_code == 303
    with app.app_context():
        row = db.session.scalars(select(BranchEvaluation)).one()
        assert (row.set_id, row.further) == (2, {"further_2_1": 2})


def test_the_same_questions_begin_no_version(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        asked = queries.newest_set(session).asked
        pairs = {EvaluationDimension(one.key): (one.zh, one.en) for one in asked}
        service.begin_set(session, dimensions=pairs, further=[("", "")], now=NOW)
        assert session.scalars(select(EvaluationSet.id)).all() == [1]


def reminded(app: Flask, time: Time, after: timedelta) -> int:
    """How many mails a round of the worker makes, some time after the end."""
    time.now = evaluating.ENDED + after
    with app.app_context():
        tasks.remind(time.now)
        rounds.handle_waiting(time.now)
        query = select(Delivery).where(Delivery.kind == MessageKind.EVALUATION)
        return len(db.session.scalars(query).all())


def test_one_reminder_comes_two_days_later(app: Flask, number: str, time: Time) -> None:
    assert reminded(app, time, REMINDED_AFTER - timedelta(seconds=1)) == 0
    assert reminded(app, time, REMINDED_AFTER) == 1
    assert reminded(app, time, REMINDED_AFTER + timedelta(days=3)) == 1


def test_who_has_evaluated_or_wants_no_mail_gets_none(app: Flask, people: Cast, time: Time) -> None:
    first, _second = evaluating.delivered(app, people, 2)
    evaluating.evaluate(app, first)
    choose(app, people.li.user, {MessageKind.EVALUATION: Ways(MessageWay.NONE)})

    assert reminded(app, time, REMINDED_AFTER + timedelta(days=1)) == 0


def test_the_reminder_is_not_sent_after_the_evaluation(app: Flask, number: str, time: Time) -> None:
    time.now = evaluating.ENDED + REMINDED_AFTER
    with app.app_context():
        assert tasks.remind(time.now) == 1
    evaluating.evaluate(app, number)
    assert reminded(app, time, REMINDED_AFTER) == 0
    with app.app_context():
        assert by_number(db.session(), number).state.value == "delivered"
