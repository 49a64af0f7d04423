"""The pages on which a change is proposed and answered, as people see them."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from booking.lectures.engine.agreement import Approver
from booking.lectures.engine.states import Party
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, SUN, WANG, ZHAO, ZHOU, Cast, at
from tests.proposals import proposing

HE = "he@example.org"
MOVED = {"region": factories.COUNTY, "place": proposing.PLACE, "format": "lecture", "reason": ""}
TIME = "2026-12-01T09:00"


def english(app: Flask, email: str) -> Client:
    return Client(app).language("en").sign_in(email)


def answer_form(page: str) -> str:
    """Where the answers on a page are sent."""
    [path] = set(re.findall(r'action="(/lectures/[^"]+/proposals/\d+)"', page))
    return str(path)


def test_a_branch_chooses_times_step_by_step(app: Flask, people: Cast, time: Time) -> None:
    number = factories.confirmed(app, people)
    li = english(app, LI)

    first = li.get(f"/lectures/{number}/move")
    added = li.post(f"/lectures/{number}/move?add={TIME}&day=2026-12-01", MOVED)
    typed = MOVED | {"start": TIME, "place": "三楼", "reason": "会议室停电。"}
    second = li.post(f"/lectures/{number}/move?add=2026-12-02T09:00", typed)
    both = typed | {"start": [TIME, "2026-12-02T09:00"]}
    dropped = li.post(f"/lectures/{number}/move?drop={TIME}", both)
    shown = li.post(f"/lectures/{number}/move?month=2026-12", both)

    assert [one.status_code for one in (first, added, second, dropped, shown)] == [200] * 5
    starts = [
        re.findall(r'name="start" value="([^"]+)"', one.text)
        for one in (first, added, second, dropped, shown)
    ]
    assert [len(one) for one in starts] == [0, 1, 2, 1, 2]
    assert "会议室停电。" in dropped.text
    assert 'value="三楼"' in dropped.text

    sent = li.post(f"/lectures/{number}/move", both)

    assert (sent.status_code, sent.location) == (303, f"/lectures/{number}")
    page = li.get(f"/lectures/{number}").text
    assert "Another time or place is proposed" in page
    assert "会议室停电。" in page
    assert [hold[1:] for hold in proposing.holds(app, number)] == [
        (at(3, 9), False), (at(8, 9), True), (at(9, 9), True),
    ]  # fmt: skip


def test_the_instructor_answers_in_the_inbox(app: Flask, people: Cast, time: Time) -> None:
    number = factories.confirmed(app, people)
    proposing.propose(app, number, [at(8, 9), at(9, 9)])
    chen = english(app, CHEN)

    inbox = chen.get("/inbox").text
    assert "1 proposal waits for your answer" in inbox
    assert "Nothing else on this day." in inbox
    options = re.findall(r'name="option" value="(\d+)"', inbox)
    assert len(options) == 2
    answer = chen.post(
        answer_form(inbox), {"approver": "instructor", "answer": "agree", "option": options[1]}
    )

    assert (answer.status_code, answer.location) == (303, f"/lectures/{number}")
    assert proposing.holds(app, number) == [(people.chen.id, at(9, 9), False)]
    assert "proposal waits" not in chen.get("/inbox").text


def test_to_refuse_needs_a_reason_and_keeps_what_was_typed(
    app: Flask, people: Cast, time: Time
) -> None:
    number = factories.confirmed(app, people)
    proposing.propose(app, number, [at(8, 9)], Party.INSTRUCTOR)
    li = english(app, LI)
    path = answer_form(li.get("/lectures").text)

    missing = li.post(path, {"approver": "branch", "answer": "refuse", "reason": " "})
    assert missing.status_code == 422
    assert "Give a short reason" in missing.text
    refused = li.post(path, {"approver": "branch", "answer": "refuse", "reason": "那天不行。"})
    again = li.post(path, {"approver": "branch", "answer": "agree"})

    assert refused.status_code == 303
    assert again.status_code == 409
    assert "This proposal has been answered in the meantime" in again.text
    assert proposing.holds(app, number) == [(people.chen.id, at(3, 9), False)]


def test_the_proposing_side_takes_it_back(app: Flask, people: Cast, time: Time) -> None:
    number = factories.confirmed(app, people)
    proposing.propose(app, number, [at(8, 9)])
    li, chen = english(app, LI), english(app, CHEN)
    page = li.get(f"/lectures/{number}").text
    assert "Take the proposal back" in page
    assert "Take the proposal back" not in chen.get(f"/lectures/{number}").text

    assert chen.post(answer_form(page), {"answer": "retract"}).status_code == 403
    assert li.post(answer_form(page), {"answer": "retract"}).status_code == 303
    assert proposing.holds(app, number) == [(people.chen.id, at(3, 9), False)]


def test_a_replacement_from_the_list_to_the_answer(app: Flask, people: Cast, time: Time) -> None:
    number = factories.confirmed(app, people)
    he = proposing.another(app)
    proposing.account_of(app, he, HE)
    chen, asked = english(app, CHEN), english(app, HE)
    assert asked.get(f"/lectures/{number}").status_code == 404

    page = chen.get(f"/lectures/{number}/replace").text
    [candidate] = re.findall(r'name="candidate"[^>]*value="([^"]+)"', page)
    nobody = chen.post(f"/lectures/{number}/replace", {"reason": ""})
    sent = chen.post(f"/lectures/{number}/replace", {"candidate": candidate, "reason": "发烧了。"})

    assert nobody.status_code == 422
    assert "Choose who should be asked." in nobody.text
    assert (sent.status_code, sent.location) == (303, f"/lectures/{number}")
    asked_page = asked.get(f"/lectures/{number}")
    assert asked_page.status_code == 200
    assert "发烧了。" in asked_page.text
    for path in (
        f"/lectures/{number}.ics",
        f"/lectures/{number}/move",
        f"/lectures/{number}/replace",
    ):
        assert asked.get(path).status_code == 404, path
    assert asked.post(f"/lectures/{number}/cancel", {"reason": "不"}).status_code == 404
    agreed = asked.post(
        answer_form(asked.get("/inbox").text), {"approver": "instructor", "answer": "agree"}
    )
    assert agreed.status_code == 303
    li = english(app, LI)
    mine = li.get("/lectures").text
    assert "1 proposal waits for your answer" in mine
    assert li.post(answer_form(mine), {"approver": "branch", "answer": "agree"}).status_code == 303
    assert proposing.holds(app, number) == [(he, at(3, 9), False)]
    assert chen.get(f"/lectures/{number}").status_code == 404
    assert asked.get(f"/lectures/{number}").status_code == 200


def test_who_was_asked_and_refuses_goes_on_to_their_own_page(
    app: Flask, people: Cast, time: Time
) -> None:
    number = factories.confirmed(app, people)
    he = proposing.another(app)
    proposing.account_of(app, he, HE)
    proposing.replace(app, number, he)
    asked = english(app, HE)
    path = answer_form(asked.get(f"/lectures/{number}").text)

    sent = asked.post(path, {"approver": "instructor", "answer": "refuse", "reason": "在外地。"})

    assert (sent.status_code, sent.location) == (303, "/start")
    assert asked.get(f"/lectures/{number}").status_code == 404
    assert asked.post(path, {"approver": "instructor", "answer": "agree"}).status_code == 409


@pytest.mark.parametrize("email", [ZHAO, ZHOU, SUN])
def test_others_see_and_change_nothing(app: Flask, people: Cast, time: Time, email: str) -> None:
    number = factories.confirmed(app, people)
    proposal = proposing.propose(app, number, [at(8, 9)])
    browser = english(app, email)

    assert browser.get(f"/lectures/{number}/move").status_code == 404
    assert browser.get(f"/lectures/{number}/replace").status_code == 404
    for sent in ({"answer": "agree", "approver": "instructor"}, {"answer": "retract"}):
        answer = browser.post(f"/lectures/{number}/proposals/{proposal}", sent)
        assert answer.status_code == 404
    assert len(proposing.holds(app, number)) == 2


def test_a_coordinator_answers_for_the_instructor(app: Flask, people: Cast, time: Time) -> None:
    number = factories.confirmed(app, people, organisation_id=people.zhao.id)
    proposing.propose(app, number, [at(8, 9)])
    wang, sun = english(app, WANG), english(app, SUN)
    page = wang.get(f"/lectures/{number}").text
    assert "Agree for the instructor" in page
    assert "Agree" not in sun.get(f"/lectures/{number}").text.replace("agreed", "")

    sent = {"approver": Approver.INSTRUCTOR.value, "answer": "agree"}
    assert sun.post(answer_form(page), sent).status_code == 403
    assert wang.post(answer_form(page), sent).status_code == 303
    assert proposing.holds(app, number) == [(people.chen.id, at(8, 9), False)]


@pytest.mark.parametrize(
    ("side", "asked"),
    [("branch_coordinator", Approver.INSTRUCTOR), ("coordinator", Approver.BRANCH)],
)
def test_a_coordinator_of_both_sides_says_for_whom(
    app: Flask, people: Cast, time: Time, side: str, asked: Approver
) -> None:
    number = factories.confirmed(app, people)
    wang = english(app, WANG)
    path = f"/lectures/{number}/move"
    assert 'name="side"' in wang.get(path).text
    sent = MOVED | {"start": TIME}
    refused = wang.post(path, sent)
    assert refused.status_code == 422
    assert "Choose for whom you propose this" in refused.text
    assert wang.post(path, sent | {"side": side}).status_code == 303
    with app.app_context():
        assert proposing.pending(number) == {asked}


@pytest.mark.parametrize(
    ("side", "pending"),
    [
        ("branch_coordinator", {Approver.INSTRUCTOR}),
        ("coordinator", {Approver.INSTRUCTOR, Approver.BRANCH}),
    ],
)
def test_so_does_who_asks_another_instructor(
    app: Flask, people: Cast, time: Time, side: str, pending: set[Approver]
) -> None:
    number = factories.confirmed(app, people)
    proposing.another(app)
    wang = english(app, WANG)
    page = wang.get(f"/lectures/{number}/replace").text
    [candidate, *_more] = re.findall(r'name="candidate"[^>]*value="([^"]+)"', page)
    sent = {"candidate": candidate, "reason": ""}
    assert wang.post(f"/lectures/{number}/replace", sent).status_code == 422
    assert wang.post(f"/lectures/{number}/replace", sent | {"side": side}).status_code == 303
    with app.app_context():
        assert proposing.pending(number) == pending


@pytest.mark.parametrize("email", [LI, CHEN, SUN])
def test_who_acts_for_one_side_is_not_asked_for_whom(
    app: Flask, people: Cast, time: Time, email: str
) -> None:
    unit = people.zhao if email == SUN else people.li
    number = factories.confirmed(app, people, organisation_id=unit.id)
    page = english(app, email).get(f"/lectures/{number}/move")
    assert page.status_code == 200
    assert 'name="side"' not in page.text
