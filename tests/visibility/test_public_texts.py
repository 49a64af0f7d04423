"""A number in a public text is refused or asked about; private texts stay with their sides."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.db import db
from booking.instructors.models import Instructor, Topic
from booking.nominations.models import Nomination
from booking.orders.models import Order
from tests.browser import Client
from tests.factories import CHEN, COUNTY, DISTRICT, LI, WANG, Cast, at
from tests.nominations.nominating import TYPED
from tests.orders import ordering

PHONE, IDENTITY = "138 0013 8000", "11010519491231002X"
BOX = "Publish the number nevertheless"
SECTION = "/entries/{}/{}"

FORMS: list[tuple[str, dict[str, Any], str]] = [
    (SECTION.format("{}", "post"), {"title": "教授", "workplace": ""}, "workplace"),
    (SECTION.format("{}", "introduction"), {"text": ""}, "text"),
    (SECTION.format("{}", "topics/new"), {"title": "", "minutes": "90"}, "title"),
    (SECTION.format("{}", "topics/new"), {"title": "书法", "minutes": "90"}, "summary"),
]


def stored(app: Flask) -> list[Any]:
    with app.app_context():
        session = db.session()
        people = session.execute(
            select(Instructor.id, Instructor.workplace, Instructor.introduction)
        ).all()
        return [*map(tuple, people), session.scalar(select(func.count(Topic.id)))]


@pytest.mark.parametrize(("path", "values", "name"), FORMS)
def test_an_entry_asks_once_about_a_telephone_number(
    app: Flask, people: Cast, path: str, values: dict[str, Any], name: str
) -> None:
    chen = Client(app).sign_in(CHEN).language("en")
    before, here = stored(app), path.format(people.chen.id)
    typed = {**values, name: f"电话 {PHONE}"}
    answer = chen.post(here, typed)
    assert answer.status_code == 422
    assert (f'name="anyway-{name}"' in answer.text, PHONE in answer.text) == (True, True)
    assert BOX in answer.text
    assert stored(app) == before
    assert chen.post(here, {**typed, f"anyway-{name}": "1"}).status_code == 303
    assert stored(app) != before


@pytest.mark.parametrize(("path", "values", "name"), FORMS)
def test_an_identity_number_is_refused_without_a_box(
    app: Flask, people: Cast, path: str, values: dict[str, Any], name: str
) -> None:
    chen = Client(app).sign_in(CHEN).language("en")
    before = stored(app)
    typed = {**values, name: f"证件 {IDENTITY}", f"anyway-{name}": "1"}
    answer = chen.post(path.format(people.chen.id), typed)
    assert answer.status_code == 422
    assert (BOX in answer.text, IDENTITY in answer.text) == (False, True)
    assert stored(app) == before


def test_a_nomination_asks_too_but_not_about_its_contacts(app: Flask, people: Cast) -> None:
    client = Client(app).language("en")
    typed = {**TYPED, "introduction": f"请打 {PHONE}"}
    answer = client.post("/nominate", typed)
    assert answer.status_code == 422
    assert answer.text.count(BOX) == 1
    assert client.post("/nominate", {**typed, "anyway-introduction": "1"}).status_code == 303
    with app.app_context():
        assert db.session().scalar(select(func.count(Nomination.id))) == 1


def test_an_order_carries_the_answer_through_its_steps(app: Flask, people: Cast) -> None:
    li = Client(app).sign_in(LI).language("en")
    first = {"step": "1", "wish": f"急救，联系 {PHONE}", "organisation": str(people.li.id)}
    assert BOX in li.post("/orders/new", first).text
    first["anyway-wish"] = "1"
    page = li.post("/orders/new", first)
    assert page.status_code == 200
    assert '<input type="hidden" name="anyway-wish" value="1">' in page.text
    last = {
        **first,
        "step": "3",
        "day_1": f"{at(7, 9):%Y-%m-%d}",
        "part_1": "morning",
        "region": COUNTY,
        "place": "文化馆",
    }
    assert li.post("/orders/new", {**last, "remarks": IDENTITY}).status_code == 422
    assert li.post("/orders/new", last).status_code == 303
    with app.app_context():
        assert db.session().scalar(select(func.count(Order.id))) == 1


def test_what_a_branch_wrote_is_not_shown_to_those_who_could_claim(
    app: Flask, people: Cast
) -> None:
    number = ordering.published(app, people, remarks="两位老人听力不好。", region_code=DISTRICT)
    assert "两位老人" in Client(app).sign_in(LI).get(f"/orders/{number}").text
    assert "两位老人" in Client(app).sign_in(WANG).get(f"/orders/{number}").text
    chen = Client(app).sign_in(CHEN)
    page = chen.get(f"/needs/{number}")
    assert page.status_code == 200
    assert "两位老人" not in page.text
