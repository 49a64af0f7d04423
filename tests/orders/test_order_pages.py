"""The pages of orders: of the branch, the coordinator and the instructor, and who may open them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command
from booking.orders import service
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import ClaimState, OrderClaim
from tests import factories
from tests.browser import Client
from tests.factories import CHEN, DISTRICT, LI, ROOT, SUN, WANG, ZHAO, ZHOU, Cast, at
from tests.orders import ordering
from tests.orders.ordering import FIRST, ask

START = FIRST.isoformat()


def chosen(cast: Cast, **more: str) -> dict[str, str]:
    """What the button beside Chen sends."""
    key = f"{cast.chen.id}-{cast.chen.topic}"
    return {"only": key, f"start-{cast.chen.id}": START} | more


class TestBranch:
    """Li, whose branch has placed the order."""

    def test_list_and_page_say_what_happens_next(self, app: Flask, people: Cast) -> None:
        number = ordering.placed(app, people)
        li = Client(app).sign_in(LI).language("en")
        assert f'href="/orders/{number}"' in li.get("/orders").text
        page = li.get(f"/orders/{number}").text
        assert "looks for an instructor" in page
        assert "candidates" not in page
        assert 'href="/orders"' in li.get("/lectures").text

    def test_cancels_after_a_question(self, app: Flask, people: Cast) -> None:
        number = ordering.placed(app, people)
        li = Client(app).sign_in(LI)
        assert f'action="/orders/{number}/cancel"' in li.get(f"/orders/{number}").text
        assert li.post(f"/orders/{number}/cancel").status_code == 303
        assert ordering.state(app, number) is OrderState.CANCELLED
        assert li.post(f"/orders/{number}/cancel").status_code == 409

    def test_sees_the_lecture_of_a_settled_order(self, app: Flask, people: Cast) -> None:
        number = ordering.dispatched(app, people)
        ordering.answer(app, number, Command.CONFIRM)
        li = Client(app).sign_in(LI)
        page = li.get(f"/orders/{number}").text
        assert 'href="/lectures/YK-2026-000001"' in page
        assert f'action="/orders/{number}/cancel"' not in page
        assert li.post(f"/orders/{number}/cancel").status_code == 409


class TestCoordinator:
    """Wang, whose region has the branch."""

    def test_dispatches_from_the_list_to_a_candidate(self, app: Flask, people: Cast) -> None:
        number = ordering.placed(app, people, region_code=DISTRICT)
        wang = Client(app).sign_in(WANG)
        assert "/orders/board" in wang.get("/board").text
        listed = wang.get("/orders/board").text
        assert f'href="/orders/{number}"' in listed
        page = wang.get(f"/orders/{number}").text
        assert f'value="{people.chen.id}-{people.chen.topic}"' in page

        sent = wang.post(f"/orders/{number}/dispatch", chosen(people))
        assert (sent.status_code, sent.location) == (303, f"/orders/{number}")
        assert ordering.state(app, number) is OrderState.OFFERED
        assert f'action="/orders/{number}/recall"' in wang.get(f"/orders/{number}").text
        assert wang.post(f"/orders/{number}/recall").status_code == 303
        assert ordering.state(app, number) is OrderState.OPEN

    def test_every_offered_time_can_be_dispatched(self, app: Flask, people: Cast) -> None:
        number = ordering.placed(app, people, region_code=DISTRICT)
        wang = Client(app).sign_in(WANG)
        page = wang.get(f"/orders/{number}").text
        times = re.findall(r'<option value="(2026-[^"]+)"', page)
        assert len(times) > 3
        sent = wang.post(
            f"/orders/{number}/dispatch", chosen(people) | {f"start-{people.chen.id}": times[-1]}
        )
        assert sent.status_code == 303

    def test_asks_several_in_turn(self, app: Flask, people: Cast) -> None:
        number = ordering.placed(app, people)
        wang = Client(app).sign_in(WANG)
        values = {
            "ask": [f"{one.id}-{one.topic}" for one in (people.chen, people.zhou)],
            f"start-{people.chen.id}": START,
            f"start-{people.zhou.id}": START,
        }
        assert wang.post(f"/orders/{number}/dispatch", values).status_code == 303
        ordering.answer(app, number, Command.DECLINE)
        with app.app_context():
            lecture = ordering.lecture_of(number)
            assert lecture is not None
            assert lecture.instructor_id == people.zhou.id

    @pytest.mark.parametrize(
        ("values", "status"),
        [
            ({}, 422),
            ({"only": "nobody"}, 422),
            ({"only": "99999-1", "start-99999": START}, 404),
            ({"only": "1-1", "start-1": "noon"}, 422),
            ({"only": "1-1", "start-1": at(9, 9).isoformat()}, 422),
            ({"only": "1-1", "start-1": at(3, 9, 10).isoformat()}, 422),
        ],
    )
    def test_is_told_what_cannot_be_dispatched(
        self, app: Flask, people: Cast, values: dict[str, str], status: int
    ) -> None:
        number = ordering.placed(app, people)
        answer = Client(app).sign_in(WANG).post(f"/orders/{number}/dispatch", values)
        assert answer.status_code == status
        assert ordering.state(app, number) is OrderState.OPEN
        assert 'id="error-summary"' in answer.text

    def test_is_told_of_a_taken_time(self, app: Flask, people: Cast) -> None:
        number = ordering.placed(app, people)
        factories.requested(app, people, FIRST, organisation_id=people.zhao.id)
        answer = Client(app).sign_in(WANG).post(f"/orders/{number}/dispatch", chosen(people))
        assert answer.status_code == 409

    def test_rejects_with_a_reason_only(self, app: Flask, people: Cast) -> None:
        number = ordering.placed(app, people)
        wang = Client(app).sign_in(WANG)
        refused = wang.post(f"/orders/{number}/reject", {"reason": " "})
        assert (refused.status_code, 'href="#reason"' in refused.text) == (422, True)
        assert wang.post(f"/orders/{number}/reject", {"reason": "暂无讲师"}).status_code == 303
        assert "暂无讲师" in Client(app).sign_in(LI).get(f"/orders/{number}").text

    def test_publishes_and_accepts_a_claim(self, app: Flask, people: Cast) -> None:
        number = ordering.placed(app, people)
        wang = Client(app).sign_in(WANG)
        assert wang.post(f"/orders/{number}/publish").status_code == 303
        (claim_id,) = ordering.claimed(app, number, ask(people.chen))
        assert f'name="claim" value="{claim_id}"' in wang.get(f"/orders/{number}").text
        assert wang.get("/orders/board?show=published").text.count('class="board-row"') == 1
        for wrong in ("", "x", "999"):
            sent = wang.post(f"/orders/{number}/accept", {"claim": wrong})
            assert sent.status_code in (409, 422)
        assert wang.post(f"/orders/{number}/accept", {"claim": str(claim_id)}).status_code == 303
        assert ordering.state(app, number) is OrderState.FULFILLED

    def test_closes_it_for_claims(self, app: Flask, people: Cast) -> None:
        number = ordering.published(app, people)
        wang = Client(app).sign_in(WANG)
        assert wang.post(f"/orders/{number}/unpublish").status_code == 303
        with app.app_context():
            assert ordering.look(number).published_at is None

    def test_joins_and_separates(self, app: Flask, people: Cast) -> None:
        host, guest = ordering.placed(app, people), ordering.placed(app, people)
        wang = Client(app).sign_in(WANG)
        sent = wang.post("/orders/board/join", {"number": [host, guest]})
        assert (sent.status_code, sent.location) == (303, f"/orders/{host}")
        assert f'action="/orders/{guest}/separate"' in wang.get(f"/orders/{host}").text
        assert wang.get(f"/orders/{guest}").status_code == 200
        assert wang.post(f"/orders/{guest}/separate").status_code == 303
        assert wang.post(f"/orders/{guest}/separate").status_code == 409
        for numbers in ([], [host], [host, "DD-2026-999999"]):
            assert wang.post("/orders/board/join", {"number": numbers}).status_code in (404, 409)

    @pytest.mark.parametrize("show", ["open", "offered", "published", "unmet", "all", "nothing"])
    def test_lists_of_each_kind(self, app: Flask, people: Cast, show: str) -> None:
        ordering.placed(app, people)
        ordering.dispatched(app, people)
        wang = Client(app).sign_in(WANG)
        found = wang.get(f"/orders/board?show={show}").text.count('class="board-row"')
        assert found == {"published": 0, "unmet": 0, "all": 2}.get(show, 1)

    def test_narrows_the_list(self, app: Flask, people: Cast) -> None:
        number = ordering.placed(app, people)
        wang = Client(app).sign_in(WANG)
        for query, count in ((f"q={number[-3:]}", 1), ("q=岫云", 1), ("q=太极", 0), ("page=9", 1)):
            page = wang.get(f"/orders/board?{query}").text
            assert page.count('class="board-row"') == count, query

    def test_searches_with_other_words(self, app: Flask, people: Cast) -> None:
        number = ordering.placed(app, people, region_code=DISTRICT, wish="太极")
        wang = Client(app).sign_in(WANG)
        assert 'name="ask"' not in wang.get(f"/orders/{number}").text
        assert 'name="ask"' in wang.get(f"/orders/{number}?q=急救").text


class TestInstructor:
    """Chen, who serves the district."""

    def test_claims_and_takes_back(self, app: Flask, people: Cast) -> None:
        number = ordering.published(app, people, region_code=DISTRICT)
        chen = Client(app).sign_in(CHEN)
        assert 'href="/needs"' in chen.get("/inbox").text
        assert f'href="/needs/{number}"' in chen.get("/needs").text
        page = chen.get(f"/needs/{number}").text
        times = re.findall(r'name="start" value="([^"]+)"', page)
        assert times
        assert chen.post(f"/needs/{number}", {"start": times[0]}).status_code == 303
        assert "unclaim" in chen.get(f"/needs/{number}").text
        assert chen.post(f"/needs/{number}/unclaim").status_code == 303
        with app.app_context():
            assert db.session.scalars(select(OrderClaim.state)).all() == [ClaimState.WITHDRAWN]
        assert chen.post(f"/needs/{number}/unclaim").status_code == 409

    @pytest.mark.parametrize(
        ("start", "status"), [("", 422), ("noon", 422), (at(9, 9).isoformat(), 422)]
    )
    def test_is_told_what_cannot_be_claimed(
        self, app: Flask, people: Cast, start: str, status: int
    ) -> None:
        number = ordering.published(app, people, region_code=DISTRICT)
        chen = Client(app).sign_in(CHEN)
        assert chen.post(f"/needs/{number}", {"start": start}).status_code == status

    def test_sees_what_became_of_a_claim(self, app: Flask, people: Cast) -> None:
        number = ordering.published(app, people, region_code=DISTRICT)
        ordering.claimed(app, number, ask(people.chen))
        with app.app_context(), unit_of_work() as session:
            service.reject(session, number=number, reason="x", user_id=None, now=factories.NOW)
        chen = Client(app).sign_in(CHEN).language("en")
        assert "not accepted" in chen.get("/needs").text
        assert chen.get(f"/needs/{number}").status_code == 200


COORDINATORS = "dispatch recall publish unpublish reject accept separate".split()


class TestStrangers:
    """Nobody reaches an order of another branch or region."""

    def test_pages(self, app: Flask, people: Cast) -> None:
        number = ordering.published(app, people)
        for who, status in {
            LI: 200,
            WANG: 200,
            ROOT: 200,
            ZHAO: 404,
            SUN: 404,
            CHEN: 404,
        }.items():
            client = Client(app).sign_in(who)
            assert client.get(f"/orders/{number}").status_code == status, who
            assert client.get("/orders/DD-2026-999999").status_code == 404

    @pytest.mark.parametrize("command", COORDINATORS)
    def test_commands_of_coordinators(self, app: Flask, people: Cast, command: str) -> None:
        number = ordering.placed(app, people)
        for who, status in {LI: 403, CHEN: 403, SUN: 404, ZHAO: 403}.items():
            sent = Client(app).sign_in(who).post(f"/orders/{number}/{command}", {"reason": "x"})
            assert sent.status_code == status, who
        assert ordering.state(app, number) is OrderState.OPEN

    def test_other_branches_cancel_nothing(self, app: Flask, people: Cast) -> None:
        number = ordering.placed(app, people)
        for who, status in {ZHAO: 404, WANG: 403, CHEN: 403}.items():
            assert Client(app).sign_in(who).post(f"/orders/{number}/cancel").status_code == status

    def test_lists(self, app: Flask, people: Cast) -> None:
        number = ordering.published(app, people)
        assert number not in Client(app).sign_in(ZHAO).get("/orders").text
        assert number not in Client(app).sign_in(SUN).get("/orders/board?show=all").text
        assert Client(app).sign_in(LI).get("/orders/board").status_code == 403
        assert Client(app).sign_in(LI).get("/needs").status_code == 403
        assert number not in Client(app).sign_in(ZHOU).get("/needs").text
        assert Client(app).sign_in(ZHOU).get(f"/needs/{number}").status_code == 404

    def test_orders_of_two_regions_are_not_joined(self, app: Flask, people: Cast) -> None:
        own = ordering.placed(app, people)
        other = ordering.placed(app, people, organisation_id=people.zhao.id)
        sent = Client(app).sign_in(WANG).post("/orders/board/join", {"number": [own, other]})
        assert sent.status_code == 404
