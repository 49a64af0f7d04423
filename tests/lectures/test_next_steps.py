"""What a branch can do once a lecture is booked: the calendar first, then the same again."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from sqlalchemy import select

from booking.db import db
from booking.lectures.models import Lecture
from tests import factories
from tests.browser import Client
from tests.factories import CHEN, LI, ZHAO, Cast

BUTTONS = re.compile(r'<a class="btn[^"]*"\s+href="([^"]+)"')


def _links(client: Client, number: str) -> list[str]:
    page = client.get(f"/lectures/{number}").text
    return [unescape(link) for link in BUTTONS.findall(page.partition("actions-stack")[2])]


def test_the_calendar_comes_first(app: Flask, people: Cast) -> None:
    client = Client(app).sign_in(LI)
    requested = factories.requested(app, people)
    confirmed = factories.confirmed(app, people, factories.at(4, 9))

    assert _links(client, requested)[0] == "/feeds"
    assert _links(client, confirmed)[0] == f"/lectures/{confirmed}.ics"
    teacher = _links(Client(app).sign_in(CHEN), confirmed)
    assert f"/lectures/{confirmed}.ics" in teacher
    assert not any("like=" in link for link in teacher)


def test_the_same_again_takes_over_what_fits(app: Flask, people: Cast) -> None:
    client = Client(app).sign_in(LI)
    number = factories.requested(
        app, people, place="县文化馆 201", attendees=45, note="请带投影仪。"
    )
    [again] = [link for link in _links(client, number) if "like=" in link]

    page = client.get(again).text
    slots = re.findall(r'class="slot" href="([^"]+/book[^"]+)"', page)
    form = client.get(unescape(slots[-1])).text

    assert f"like={number}" in unescape(slots[-1])
    # Another district or format may be chosen on the way.
    assert f'name="like" value="{number}"' in page.partition('class="where-form"')[2][:4000]
    assert 'value="县文化馆 201"' in form
    assert 'value="45"' in form
    assert "请带投影仪。" in form


def test_nothing_of_another_branch_is_taken_over(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people, place="县文化馆 201", note="请带投影仪。")
    path = (
        f"/instructors/{people.chen.id}/book?topic={people.chen.topic}"
        f"&start=2026-11-27T09:00&like={number}"
    )

    for like in (path, path + "x", path + "x" * 5000):
        form = Client(app).sign_in(ZHAO).get(like)
        assert form.status_code == 200
        assert "县文化馆" not in form.text
        assert "投影仪" not in form.text
    with app.app_context():
        assert db.session.scalars(select(Lecture.number)).all() == [number]
