"""The pages of season plans, and who may open them."""

from __future__ import annotations

import re

from flask import Flask

from booking.orders.engine.lifecycle import OrderState
from booking.orders.season.engine.states import PlanRowState, SeasonPlanState
from tests.browser import Client
from tests.factories import CHEN, DISTRICT, LI, ROOT, SUN, WANG, Cast
from tests.orders import ordering, planning
from tests.orders.ordering import window


def stored_by_page(wang: Client, *numbers: str) -> str:
    """The path of a plan that Wang has stored by the form."""
    days = {"first": planning.TODAY.isoformat(), "last": planning.LAST.isoformat()}
    sent = wang.post("/orders/season", {"order": list(numbers)} | days)
    assert sent.status_code == 303
    return str(sent.location)


def rows_of(page: str, act: str) -> list[str]:
    """The paths of the forms of rows with this button."""
    found = re.findall(r'action="(/orders/season/\d+/rows/\d+)">(.*?)</form>', page, re.DOTALL)
    return [path for path, form in found if f'value="{act}"' in form]


def test_from_the_list_of_orders_to_a_plan_accepted_in_part(app: Flask, people: Cast) -> None:
    numbers = [ordering.placed(app, people, region_code=DISTRICT) for _one in range(3)]
    unmet = ordering.placed(app, people, wish="量子引力")
    wang = Client(app).sign_in(WANG).language("en")
    assert 'href="/orders/season"' in wang.get("/orders/board").text
    choice = wang.get("/orders/season").text
    assert choice.count('name="order"') == choice.count(" checked") == 4
    path = stored_by_page(wang, *numbers, unmet)

    going = wang.get(path)
    assert going.headers["Refresh"] == "5"
    assert f'action="{path}/stop"' in going.text
    assert f'action="{path}/accept"' not in going.text
    planning.compute(app)

    ready = wang.get(path)
    assert "Refresh" not in ready.headers
    assert "nobody in the register teaches this" in ready.text
    assert "First come, first served" in ready.text
    first, second, third = rows_of(ready.text, "accept")
    assert wang.post(second, {"act": "exclude"}).status_code == 303
    assert wang.post(third, {"act": "pin"}).status_code == 303
    assert wang.post(second, {"act": "pin"}).status_code == 409
    assert wang.post(second, {"act": "other"}).status_code == 404
    sent = wang.post(first, {"act": "accept"})
    assert sent.location == f"{path}#row-{first.rpartition('/')[2]}"
    page = wang.get(path).text
    assert "1 instructor has been asked" in page
    assert (rows_of(page, "accept"), rows_of(page, "unpin")) == ([third], [third])
    assert second in rows_of(page, "include")
    states = [ordering.state(app, number) for number in numbers]
    assert sorted(states) == [OrderState.OFFERED, OrderState.OPEN, OrderState.OPEN]

    again = wang.post(f"{path}/again").location
    planning.compute(app)
    new = wang.get(again).text
    assert (len(rows_of(new, "unpin")), len(rows_of(new, "include"))) == (1, 1)
    assert wang.post(f"{again}/accept").status_code == 303
    assert [ordering.state(app, number) for number in numbers].count(OrderState.OFFERED) == 2
    assert f'href="{again}"' in wang.get("/orders/season").text


def test_a_refused_row_shows_its_sentence(app: Flask, people: Cast) -> None:
    numbers = [ordering.placed(app, people, region_code=DISTRICT) for _one in "ab"]
    plan_id = planning.made_by_hand(app, people, numbers)
    ordering.dispatched(app, people, region_code=DISTRICT)
    wang = Client(app).sign_in(WANG).language("en")
    assert wang.post(f"/orders/season/{plan_id}/accept").status_code == 303
    page = wang.get(f"/orders/season/{plan_id}").text
    assert "1 row could not be accepted" in page
    assert "already booked this instructor at this time" in page
    with app.app_context():
        assert planning.rows(plan_id)[0].state is PlanRowState.REFUSED


def test_stopping_by_the_page(app: Flask, people: Cast) -> None:
    wang = Client(app).sign_in(WANG).language("en")
    path = stored_by_page(wang, ordering.placed(app, people))
    assert wang.post(f"{path}/stop").location == path
    page = wang.get(path).text
    assert "It was stopped before there was a plan" in page
    assert f'action="{path}/again"' in page
    with app.app_context():
        plan = planning.plan_of(int(path.rpartition("/")[2]))
        assert plan.state is SeasonPlanState.FAILED
    ready = planning.made_by_hand(app, people, [ordering.placed(app, people)])
    assert wang.post(f"/orders/season/{ready}/stop").status_code == 409


def test_wrong_days_and_nothing_chosen_come_back(app: Flask, people: Cast) -> None:
    number = ordering.placed(app, people, windows=(window(3),))
    wang = Client(app).sign_in(WANG).language("en")
    for query, sentence in (
        ("first=2026-12-02&last=2026-12-01", "The last day lies before the first"),
        ("first=2026-12-02&last=2028-12-01", "at most 184 days"),
        ("first=soon", "This is not a day"),
    ):
        page = wang.get(f"/orders/season?{query}")
        assert (page.status_code, sentence in page.text) == (422, True)
        values = dict(one.split("=") for one in query.split("&"))
        assert wang.post("/orders/season", values | {"order": number}).status_code == 422
    assert number not in wang.get("/orders/season?first=2026-12-02&last=2026-12-03").text
    nothing = wang.post("/orders/season", {"order": "DD-2026-999999"})
    assert nothing.status_code == 422
    assert "Choose at least one order to plan." in nothing.text


def test_others_see_neither_orders_nor_plans(app: Flask, people: Cast) -> None:
    number = ordering.placed(app, people, region_code=DISTRICT)
    plan_id = planning.made_by_hand(app, people, [number])
    path = f"/orders/season/{plan_id}"
    with app.app_context():
        row = f"{path}/rows/{planning.rows(plan_id)[0].id}"
    for email, status in ((LI, 403), (CHEN, 403), (SUN, 404), (ROOT, 404)):
        client = Client(app).sign_in(email)
        assert client.get(path).status_code == status
        assert client.post(row, {"act": "accept"}).status_code == status
        for act in ("accept", "again", "stop"):
            assert client.post(f"{path}/{act}").status_code == status
    assert number not in Client(app).sign_in(SUN).get("/orders/season").text
    assert number in Client(app).sign_in(ROOT).get("/orders/season").text
    assert ordering.state(app, number) is OrderState.OPEN
