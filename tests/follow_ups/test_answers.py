"""Who answers, what is refused, and who reads an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db
from booking.follow_ups.models import LONGEST_ANSWER, FollowUp
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, ROOT, SUN, WANG, ZHAO, ZHOU, Cast, at
from tests.follow_ups.asking import asked, outcome_ids

TEXT = "把急救箱放到了每层楼。"


@pytest.fixture
def number(app: Flask, people: Cast) -> str:
    """The number of a lecture about which Li's branch was asked."""
    return asked(app, people)


def answered(app: Flask) -> list[tuple[list[str], str, bool]]:
    """Outcomes and text of all questions, and whether they were answered."""
    with app.app_context():
        return [
            ([outcome.name for outcome in one.outcomes], one.text, one.answered_at is not None)
            for one in db.session().scalars(select(FollowUp).order_by(FollowUp.id))
        ]


def test_the_branch_answers_and_corrects(app: Flask, number: str) -> None:
    first, second, *_more = outcome_ids(app)
    li, path = Client(app).language("en").sign_in(LI), f"/lectures/{number}/effect/first"
    assert "What has changed in the work?" in li.get(path).text

    answer = li.post(path, {"outcomes": [first, second], "text": TEXT})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/lectures/{number}")
    page = li.get(path).text
    assert page.count(" checked") == 2
    assert TEXT in page
    li.post(path, {"outcomes": second, "text": ""})
    assert answered(app) == [(["组织了演练或实操"], "", True)]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Choose what has changed"),
        ({"outcomes": "99999"}, "Choose what has changed"),
        ({"outcomes": "x" * 9000}, "Choose what has changed"),
        ({"outcomes": [1, 6]}, "goes with no other outcome"),
        ({"outcomes": 1, "text": "长" * (LONGEST_ANSWER + 1)}, "The text is too long"),
    ],
)
def test_a_refusal_keeps_what_was_typed(
    app: Flask, number: str, values: dict[str, Any], sentence: str
) -> None:
    values = {"text": TEXT} | values
    li = Client(app).language("en").sign_in(LI)

    answer = li.post(f"/lectures/{number}/effect/first", values)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert values["text"] in answer.text
    assert answered(app) == [([], "", False)]


@pytest.mark.parametrize("email", [CHEN, WANG, SUN, ZHAO, ZHOU, ROOT])
def test_nobody_else_answers(app: Flask, number: str, email: str) -> None:
    client, path = Client(app).sign_in(email), f"/lectures/{number}/effect/first"
    answers = [client.get(path), client.post(path, {"outcomes": outcome_ids(app)[0]})]
    answers.append(client.post(f"{path}/document/remove"))

    expected = 404 if email == ZHAO else 403
    assert [one.status_code for one in answers] == [expected] * 3
    assert answered(app) == [([], "", False)]


@pytest.mark.parametrize("stage", ["second", "third", "first/x", "FIRST"])
def test_a_question_that_was_never_asked_is_not_there(app: Flask, number: str, stage: str) -> None:
    li = Client(app).sign_in(LI)

    assert li.get(f"/lectures/{number}/effect/{stage}").status_code == 404
    assert li.get(f"/lectures/{number}/effect/{stage}/document").status_code == 404


def test_it_closes(app: Flask, number: str, time: Time) -> None:
    li, path = Client(app).language("en").sign_in(LI), f"/lectures/{number}/effect/first"
    li.post(path, {"outcomes": outcome_ids(app)[0], "text": TEXT})
    closes = at(29, 9)

    time.now = closes - timedelta(seconds=1)
    assert li.post(path, {"outcomes": outcome_ids(app)[1]}).status_code == 303
    time.now = closes
    answer = li.post(path, {"outcomes": outcome_ids(app)[0]})

    assert (answer.status_code, "This question is closed" in answer.text) == (409, True)
    assert '<form method="post" action="/lectures' not in li.get(path).text
    assert answered(app) == [(["组织了演练或实操"], "", True)]


@pytest.mark.parametrize(
    ("email", "reads"),
    [(LI, True), (CHEN, True), (WANG, True), (ROOT, True), (SUN, False), (ZHAO, False)],
)
def test_who_reads_an_answer(app: Flask, number: str, email: str, reads: bool) -> None:
    Client(app).sign_in(LI).post(
        f"/lectures/{number}/effect/first", {"outcomes": outcome_ids(app)[0], "text": TEXT}
    )
    page = Client(app).sign_in(email).get(f"/lectures/{number}")

    assert (
        page.status_code == 200 and TEXT in page.text and "修订了制度或流程" in page.text
    ) is reads


def test_the_instructor_sees_no_open_question(app: Flask, number: str) -> None:
    assert 'id="effect"' not in Client(app).sign_in(CHEN).get(f"/lectures/{number}").text
    assert 'id="effect"' in Client(app).sign_in(LI).get(f"/lectures/{number}").text


def test_the_overview_counts_by_field_and_topic_within_the_scope(app: Flask, number: str) -> None:
    path = "/effects?first=2026-10-01&last=2026-11-30"
    Client(app).sign_in(LI).post(
        f"/lectures/{number}/effect/first", {"outcomes": outcome_ids(app)[0], "text": TEXT}
    )
    pages = {one: Client(app).sign_in(one).get(path) for one in (WANG, ROOT, SUN, LI, CHEN)}

    assert {one: page.status_code for one, page in pages.items()} == {
        WANG: 200, ROOT: 200, SUN: 200, LI: 403, CHEN: 403,
    }  # fmt: skip
    assert [TEXT in pages[one].text for one in (WANG, ROOT, SUN)] == [True, True, False]
    assert Client(app).get(path).status_code == 302
    wang = Client(app).sign_in(WANG)
    assert TEXT not in wang.get("/effects?first=2026-11-01&last=2026-11-30").text
    assert wang.get("/effects?first=2026-11-02&last=2026-11-01").status_code == 422
    assert wang.get("/effects?first=x").status_code == 422
