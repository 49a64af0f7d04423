"""The bank: who keeps it, versions, order, retirement, pasting, merged entries."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.knowledge_tests import queries, service
from booking.knowledge_tests.models import BankQuestion
from booking.listener_links.engine.purposes import LinkPurpose
from tests import factories
from tests.browser import Client
from tests.factories import CHEN, LI, NOW, ROOT, SUN, WANG, ZHOU, Cast
from tests.knowledge_tests.made import fill, lecture_id, opened, prepared

FORM = {"text": "新题", "kind": "single", "choices": "甲", "choice_b": "乙", "right": ["B"]}
BLOCK = "1. 甲\nA. 一\nB. 二\n答案: A\n\n2. 乙\nA. 一\nB. 二\n答案: AB\n"


def path(cast: Cast) -> str:
    return f"/entries/{cast.chen.id}/topics/{cast.chen.topic}/questions"


def texts(app: Flask, cast: Cast) -> list[str]:
    with app.app_context():
        return [one.text for one in queries.on_offer(db.session(), cast.chen.topic)]


@pytest.mark.parametrize(("email", "status"), [(CHEN, 303), (WANG, 303), (ROOT, 303)])
def test_instructor_and_coordinator_add(app: Flask, people: Cast, email: str, status: int) -> None:
    browser = Client(app).sign_in(email)
    assert browser.post(f"{path(people)}/new", FORM).status_code == status
    assert texts(app, people) == ["新题"]
    assert "新题" in browser.get(path(people)).text


@pytest.mark.parametrize("email", [ZHOU, SUN, LI])
def test_others_see_no_bank(app: Flask, people: Cast, email: str) -> None:
    [one, *_more] = fill(app, people)
    browser = Client(app).sign_in(email)
    status = 403 if email == LI else 404
    for page in ("", "/new", "/paste", f"/{one}"):
        assert browser.get(path(people) + page).status_code == status, page
    assert browser.post(f"{path(people)}/{one}/retire").status_code == status


def test_the_overview_has_the_own_region_only(app: Flask, people: Cast) -> None:
    fill(app, people)
    seen = [
        path(people) in Client(app).sign_in(one).get("/manage/questions").text
        for one in (WANG, SUN, ROOT)
    ]
    assert seen == [True, False, True]


def test_a_mistake_comes_back_at_its_field(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en").sign_in(CHEN)
    answer = browser.post(f"{path(people)}/new", {**FORM, "right": ["A", "B"]})
    assert answer.status_code == 422
    assert "Several choices are right here." in answer.text
    assert 'value="甲"' in answer.text


def test_an_asked_question_is_replaced(app: Flask, people: Cast) -> None:
    number = prepared(app, people)
    ids = {}
    with app.app_context():
        ids = {one.text: one.id for one in queries.on_offer(db.session(), people.chen.topic)}
    browser = Client(app).sign_in(CHEN)
    place = f"{path(people)}/{ids['首先做什么']}"
    browser.post(place, FORM)
    with app.app_context():
        assert len(db.session().scalars(select(BankQuestion)).all()) == 3
    opened(app, number, LinkPurpose.TEST_BEFORE, NOW)
    later = factories.confirmed(app, people, factories.at(4, 14))
    with app.app_context(), unit_of_work() as session:
        service.prepare(session, later, list(ids.values()))

    assert browser.post(place, {**FORM, "text": "再改"}).status_code == 303

    with app.app_context():
        found = []
        for one in (number, later):
            test = queries.test_of(db.session(), lecture_id(one))
            assert test is not None
            found.append([asked.question.text for asked in test.asked])
    assert found == [["新题", "哪些正确", "拨打什么号码"], ["再改", "哪些正确", "拨打什么号码"]]
    assert texts(app, people) == ["再改", "哪些正确", "拨打什么号码"]
    assert browser.post(place, FORM).status_code == 409
    assert browser.post(f"{place}/offer").status_code == 409


def test_order_and_retirement(app: Flask, people: Cast) -> None:
    first, second, third = fill(app, people)
    browser = Client(app).sign_in(WANG)
    browser.post(f"{path(people)}/{third}/up")
    browser.post(f"{path(people)}/{first}/up")
    browser.post(f"{path(people)}/{first}/down")
    assert texts(app, people) == ["拨打什么号码", "首先做什么", "哪些正确"]
    browser.post(f"{path(people)}/{second}/retire")
    assert texts(app, people) == ["拨打什么号码", "首先做什么"]
    browser.post(f"{path(people)}/{second}/offer")
    assert texts(app, people) == ["拨打什么号码", "首先做什么", "哪些正确"]


def test_pasted_questions_come_all_or_none(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en").sign_in(CHEN)
    broken = browser.post(f"{path(people)}/paste", {"pasted": BLOCK + "\n3. 丙\nA. 一\n答案: A"})
    assert broken.status_code == 422
    assert "Line 11: A question has 2 to 6 choices." in broken.text
    assert texts(app, people) == []
    assert browser.post(f"{path(people)}/paste", {"pasted": BLOCK}).status_code == 303
    assert texts(app, people) == ["甲", "乙"]
