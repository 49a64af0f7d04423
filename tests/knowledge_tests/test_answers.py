"""Answers by links: each device once, its own result for it alone, the change of the group."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from booking.db import db, unit_of_work
from booking.errors import Conflict
from booking.knowledge_tests import queries, service
from booking.knowledge_tests.engine.questions import is_right
from booking.knowledge_tests.models import GivenAnswer, KnowledgeTest
from booking.listener_links import service as links
from booking.listener_links.engine.purposes import LinkPurpose
from booking.privacy.retention.tasks import apply_schedule
from booking.settings.engine.retention import TEST_ANSWER_DAYS
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, NOW, WANG, ZHAO, Cast
from tests.knowledge_tests.made import fill, lecture_id, opened, prepared

BEFORE, AFTER = LinkPurpose.TEST_BEFORE, LinkPurpose.TEST_AFTER


def ticks(app: Flask, number: str, *choices: str) -> dict[str, list[str]]:
    """The form with these choices, a text of digits for each question."""
    with app.app_context():
        test = queries.test_of(db.session(), lecture_id(number))
        assert test is not None
        return {
            f"q{one.question_id}": list(ticked)
            for one, ticked in zip(test.asked, choices, strict=True)
        }


def close(app: Flask, number: str) -> None:
    with app.app_context(), unit_of_work() as session:
        for link in queries.links_of(session, [lecture_id(number)]):
            links.close_link(session, link, NOW)


def test_80_listeners_are_counted_once_each(app: Flask, people: Cast) -> None:
    number = prepared(app, people)
    token = opened(app, number, BEFORE, NOW)
    form = ticks(app, number, "0", "02", "0")

    def answered(place: int) -> list[int]:
        device = Client(app)
        first = device.post(f"/test/{token}", form if place % 2 else {"none": "1"})
        again = device.post(f"/test/{token}", form)
        return [first.status_code, again.status_code]

    with ThreadPoolExecutor(4) as several:
        found = list(several.map(answered, range(80)))

    assert found == [[303, 409]] * 80
    with app.app_context():
        test = db.session().scalars(select(KnowledgeTest)).one()
        assert (test.before_count, test.after_count, test.both_count) == (80, 0, 0)
        assert [one.before_right for one in test.asked] == [40, 40, 0]
        _recount(test)


def _recount(test: KnowledgeTest) -> None:
    """The totals are those of the answers."""
    answers = db.session().scalars(select(GivenAnswer).order_by(GivenAnswer.id)).all()
    for purpose, column in ((BEFORE, "before"), (AFTER, "after")):
        given = [one.given for one in answers if one.purpose is purpose]
        assert getattr(test, f"{column}_count") == len(given)
        for place, asked in enumerate(test.asked):
            right = sum(is_right(asked.question.right, one[place]) for one in given)
            assert getattr(asked, f"{column}_right") == right


def test_the_change_of_the_group_and_the_own_result(app: Flask, people: Cast) -> None:
    number = prepared(app, people)
    first, second = opened(app, number, BEFORE, NOW), opened(app, number, AFTER, NOW)
    hall = [Client(app).language("en") for _device in range(5)]
    for device in hall:
        device.post(f"/test/{first}", ticks(app, number, "1", "0", "2"))
    assert "Thank you" in hall[0].get(f"/test/{first}").text
    assert "right answer" not in hall[0].get(f"/test/{first}").text
    for device in hall[:4]:
        device.post(f"/test/{second}", ticks(app, number, "0", "02", "2"))

    page = Client(app).language("en").sign_in(LI)
    close(app, number)
    assert "With fewer than 5 answers" in page.get(f"/lectures/{number}/test").text
    assert "Right answers" not in page.get(f"/lectures/{number}").text
    second = opened(app, number, AFTER, NOW)
    hall[4].post(f"/test/{second}", ticks(app, number, "0", "02", "2"))
    assert "Right answers" not in page.get(f"/lectures/{number}/test").text
    close(app, number)

    for email in (LI, CHEN, WANG):
        page = Client(app).language("en").sign_in(email)
        told = "Right answers: 33% before, 100% after."
        assert told in page.get(f"/lectures/{number}").text
        assert "100% (5 of 5)" in page.get(f"/lectures/{number}/test").text
        assert page.post(f"/lectures/{number}/links/{AFTER.value}/open").status_code == 409
    own = hall[0].get(f"/test/{second}")
    assert "Right: 3 of 3." in own.text
    assert "Before the lecture: 1." in own.text
    assert "不要喂水。" in own.text
    assert Client(app).get(f"/test/{second}").status_code == 410
    with app.app_context():
        _recount(db.session().scalars(select(KnowledgeTest)).one())
        change = queries.change_of_group(db.session(), lecture_id(number), NOW)
        assert change is not None
        assert (change.before, change.after, change.both) == (5, 5, 5)
        with unit_of_work() as session:
            session.execute(delete(GivenAnswer))
        assert queries.change_of_group(db.session(), lecture_id(number), NOW) == change


def test_a_guessed_token_does_nothing(app: Flask, people: Cast) -> None:
    number = prepared(app, people)
    token = opened(app, number, BEFORE, NOW)
    other = token[:-1] + ("a" if token[-1] != "a" else "b")
    for guess in (other, "1-" + "a" * 24, "x"):
        device = Client(app)
        assert device.get(f"/test/{guess}").status_code == 404
        assert device.post(f"/test/{guess}", {"none": "1"}).status_code == 404
    close(app, number)
    opened(app, number, BEFORE, NOW)
    assert Client(app).post(f"/test/{token}", {"none": "1"}).status_code == 404
    with app.app_context():
        assert db.session().scalars(select(GivenAnswer)).all() == []


def test_what_is_refused_keeps_what_was_ticked(app: Flask, people: Cast) -> None:
    number = prepared(app, people)
    token = opened(app, number, BEFORE, NOW)
    device = Client(app).language("en")

    empty = device.post(f"/test/{token}", {})
    assert empty.status_code == 422
    assert "Nothing is ticked." in empty.text
    for wrong in (("2", "", ""), ("01", "", ""), ("9", "", "")):
        answer = device.post(f"/test/{token}", ticks(app, number, *wrong))
        assert answer.status_code == 422, wrong
    kept = device.post(f"/test/{token}", ticks(app, number, "01", "2", ""))
    assert kept.text.count(" checked") == 3


def test_a_code_opens_when_it_is_its_time(app: Flask, people: Cast, time: Time) -> None:
    fill(app, people)
    number = factories.confirmed(app, people)
    browser = Client(app).language("en").sign_in(CHEN)
    path = f"/lectures/{number}/links"
    assert browser.post(f"{path}/test_before/open").status_code == 409
    assert browser.post(f"/lectures/{number}/test/draw", {"count": "3"}).status_code == 303
    assert browser.post(f"{path}/test_after/open").status_code == 409
    assert browser.post(f"{path}/test_before/open").status_code == 303
    assert browser.post(f"/lectures/{number}/test/draw", {"count": "3"}).status_code == 409
    with app.app_context():
        found = queries.links_of(db.session(), [lecture_id(number)])
        time.now = found[0].closes_at - timedelta(minutes=30)
    assert browser.post(f"{path}/test_after/open").status_code == 303
    browser.post(f"{path}/test_before/close")
    assert browser.post(f"{path}/test_before/open").status_code == 409


def test_the_branch_draws_but_sees_no_questions(app: Flask, people: Cast) -> None:
    ids = fill(app, people)
    number = factories.confirmed(app, people)
    branch = Client(app).sign_in(LI)
    path = f"/lectures/{number}/test"
    assert (
        branch.post(f"{path}/choose", {"questions": [str(one) for one in ids]}).status_code == 404
    )
    assert branch.post(f"{path}/draw", {"count": "3"}).status_code == 303
    assert "首先做什么" not in branch.get(path).text
    assert "首先做什么" in Client(app).sign_in(CHEN).get(path).text
    other = Client(app).sign_in(ZHAO)
    assert other.get(path).status_code == 404
    assert other.post(f"{path}/draw", {"count": "3"}).status_code == 404


@pytest.mark.parametrize("count", [0, 2])
def test_too_few_questions_are_refused(app: Flask, people: Cast, count: int) -> None:
    ids = fill(app, people)
    number = factories.confirmed(app, people)
    browser = Client(app).language("en").sign_in(CHEN)
    chosen = {"questions": [str(one) for one in ids[:count]]}
    answer = browser.post(f"/lectures/{number}/test/choose", chosen)
    assert answer.status_code == 422
    assert "Choose 3 to 10 questions." in answer.text


def test_a_device_that_answered_is_refused_by_the_service(app: Flask, people: Cast) -> None:
    number = prepared(app, people)
    opened(app, number, BEFORE, NOW)
    device = service.Device("a" * 64, "b" * 64)
    with app.app_context(), unit_of_work() as session:
        [link] = queries.links_of(session, [lecture_id(number)])
        service.answer(session, link, device, {}, none_known=True, now=NOW)
        with pytest.raises(Conflict):
            service.answer(session, link, device, {}, none_known=True, now=NOW)


def test_answers_go_by_schedule_and_totals_stay(app: Flask, people: Cast) -> None:
    number = prepared(app, people)
    opened(app, number, BEFORE, NOW)
    device = service.Device("a" * 64, "b" * 64)
    with app.app_context(), unit_of_work() as session:
        [link] = queries.links_of(session, [lecture_id(number)])
        service.answer(session, link, device, {}, none_known=True, now=NOW)
    kept = timedelta(days=TEST_ANSWER_DAYS.default)
    for now, left in ((NOW + kept, 1), (NOW + kept + timedelta(seconds=1), 0)):
        with app.app_context():
            apply_schedule(now)
            assert len(db.session().scalars(select(GivenAnswer)).all()) == left
            assert db.session().scalars(select(KnowledgeTest.before_count)).all() == [1]
