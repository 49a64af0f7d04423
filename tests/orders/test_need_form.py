"""A branch states a need: three steps, nothing asked twice, nothing lost."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Audience, Format
from booking.orders.models import Order
from tests.browser import Client
from tests.factories import COUNTY, DISTRICT, LI, ZHAO, Cast, at
from tests.forms import prefilled
from tests.orders import ordering

NEW = "/orders/new"
DAY, LATER = ordering.day_of(at(3, 9)), ordering.day_of(at(5, 9))


def stored(app: Flask) -> list[Order]:
    with app.app_context():
        orders = list(db.session.scalars(select(Order).order_by(Order.id)))
        for order in orders:
            assert order.windows
        return orders


def step(page: str) -> int:
    """The number of the step that a page shows."""
    steps = re.findall(r"<li( aria-current=\"step\")? class=\"step", page)
    return [bool(one) for one in steps].index(True) + 1


def fields(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in prefilled(page, "need")}


def go(client: Client, page: str, **typed: str) -> tuple[int, str]:
    """Send the form of a page with these values typed; the status and the next page."""
    values = fields(page) | typed
    values.pop("csrf_token")
    answer = client.post(NEW, values)
    return answer.status_code, answer.location if answer.status_code == 303 else answer.text


def test_three_steps_place_an_order(app: Flask, people: Cast) -> None:
    li = Client(app).sign_in(LI)
    page = li.get(NEW).text
    assert step(page) == 1
    status, page = go(li, page, wish="急救", audience="students", format="lecture")
    assert (status, step(page)) == (200, 2)
    status, page = go(
        li,
        page,
        day_1=DAY,
        part_1="morning",
        day_2=LATER,
        from_2="14:00",
        to_2="17:30",
        another="y",
    )
    assert (status, step(page)) == (200, 3)
    assert fields(page)["region"] == COUNTY
    status, where = go(
        li, page, place="文化馆", attendees="60", equipment="投影", remarks="请带模型"
    )
    assert status == 303

    (order,) = stored(app)
    assert where == f"/orders/{order.number}" == "/orders/DD-2026-000001"
    assert (order.wish, order.audience, order.format) == ("急救", Audience.STUDENTS, Format.LECTURE)
    assert (order.place, order.attendees, order.equipment, order.remarks) == (
        "文化馆",
        60,
        "投影",
        "请带模型",
    )
    assert order.accepts_another_time
    assert [(one.starts_at, one.ends_at, one.part) for one in order.windows] == [
        (at(3, 0), at(3, 12), "morning"),
        (at(5, 14), at(5, 17, 30), ""),
    ]
    assert order.expires_at == at(5, 17, 30)
    assert li.get(where).status_code == 200


def test_back_keeps_what_was_typed(app: Flask, people: Cast) -> None:
    li = Client(app).sign_in(LI)
    page = go(li, li.get(NEW).text, wish="急救")[1]
    status, page = go(li, page, day_1="nonsense", back="1")
    assert (status, step(page)) == (200, 1)
    assert fields(page)["wish"] == "急救"
    assert fields(page)["day_1"] == "nonsense"
    status, page = go(li, page)
    assert (status, step(page), fields(page)["day_1"]) == (200, 2, "nonsense")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"wish": ""}, 1),
        ({"wish": "急" * 101}, 1),
        ({"field": "nothing"}, 1),
        ({"day_1": ""}, 2),
        ({"day_1": "2026-02-30"}, 2),
        ({"day_1": "2020-01-01"}, 2),
        ({"day_1": "2029-01-01"}, 2),
        ({"day_1": DAY, "from_1": "14:00", "to_1": "09:00"}, 2),
        ({"day_1": DAY, "from_1": "later"}, 2),
        ({"day_1": DAY, "part_1": "night"}, 2),
        ({"part_2": "morning"}, 2),
        ({"place": ""}, 3),
        ({"region": "123456"}, 3),
        ({"attendees": "0"}, 3),
        ({"organisation": "99"}, 3),
    ],
)
def test_what_is_wrong_is_told_where_it_was_typed(
    app: Flask, people: Cast, typed: dict[str, str], wrong: int
) -> None:
    li = Client(app).sign_in(LI)
    values = {"wish": "急救", "day_1": DAY, "place": "文化馆", "region": COUNTY, "step": "3"}
    values["organisation"] = str(people.li.id)
    answer = li.post(NEW, values | typed)
    assert (answer.status_code, step(answer.text)) == (422, wrong)
    assert 'id="error-summary"' in answer.text
    assert stored(app) == []


def test_a_search_that_found_nobody_fills_the_form(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        instructors.add_field(session, code="health", name="健康")
    li = Client(app).sign_in(LI)
    path = f"{NEW}?q=太极&field=health&region={DISTRICT}&audience=villagers&format=online"
    page = li.get(f"{path}&day={DAY}&part=afternoon&day={LATER}&part=09:30").text
    assert 'value="health" selected' in page
    found = fields(page)
    assert (found["wish"], found["region"], found["audience"]) == ("太极", DISTRICT, "villagers")
    assert found["format"] == "online"
    assert (found["day_1"], found["part_1"]) == (DAY, "afternoon")
    assert (found["day_2"], found["from_2"], found["to_2"]) == (LATER, "09:30", "11:30")


@pytest.mark.parametrize("path", ["/instructors?q=nobody", "/match?q=nobody&region=990102"])
def test_every_search_offers_it_with_what_was_asked(app: Flask, people: Cast, path: str) -> None:
    li = Client(app).sign_in(LI)
    links = re.findall(r'href="(/orders/new[^"]*)"', li.get(path).text)
    assert any("q=nobody" in link for link in links)
    found = re.findall(r'href="(/orders/new[^"]*)"', li.get(path.replace("nobody", "急救")).text)
    assert len(found) == 1


def test_those_who_cannot_order_are_not_offered_it(app: Flask, people: Cast) -> None:
    chen = Client(app).sign_in("chen@example.org")
    assert "/orders/new" not in chen.get("/instructors?q=nobody").text
    assert chen.get(NEW).status_code == 403
    assert Client(app).get(NEW).location.startswith("/login?next=")


def test_the_same_again(app: Flask, people: Cast) -> None:
    number = ordering.placed(app, people, remarks="请带模型", equipment="投影")
    li = Client(app).sign_in(LI)
    found = fields(li.get(f"{NEW}?like={number}").text)
    assert (found["wish"], found["place"], found["attendees"]) == ("急救", "岫云县文化馆二楼", "40")
    assert (found["remarks"], found["equipment"]) == ("请带模型", "投影")
    assert (found["day_1"], found["from_1"], found["to_1"]) == (DAY, "08:00", "18:00")

    others = fields(Client(app).sign_in(ZHAO).get(f"{NEW}?like={number}").text)
    assert others["wish"] == ""


def test_an_order_for_a_foreign_branch_is_refused(app: Flask, people: Cast) -> None:
    li = Client(app).sign_in(LI)
    values = {"wish": "急救", "day_1": DAY, "place": "文化馆", "region": COUNTY, "step": "3"}
    answer = li.post(NEW, values | {"organisation": str(people.zhao.id)})
    assert answer.status_code == 422
    assert stored(app) == []
