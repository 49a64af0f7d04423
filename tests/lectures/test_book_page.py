"""The booking page as it opens: what cannot be booked is said before anybody fills it in."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db
from booking.lectures.models import Lecture
from tests import factories
from tests.browser import Client
from tests.counting import QueryCount
from tests.factories import LI, Cast, at
from tests.forms import prefilled

_REFUSAL = re.compile(r'id="refusal">([^<]*)</div>')
_ACTION = re.compile(r'id="booking" action="([^"]+)"')
_NEAREST = re.compile(r'<a class="slot" href="([^"]+)">([^<]+)</a>')


def _open(browser: Client, people: Cast, start: str, **more: str) -> str:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    answer = browser.get(
        f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start={start}{query}"
    )
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def li(app: Flask, people: Cast) -> Client:
    return Client(app).language("en").sign_in(LI)


def test_a_time_that_is_taken_is_refused_at_once_with_the_nearest(
    app: Flask, li: Client, people: Cast
) -> None:
    factories.requested(app, people, at(3, 9), organisation_id=people.zhao.id)

    page = _open(li, people, "2026-11-26T09:00", region="990102")

    assert [sentence.split(".")[0] for sentence in _REFUSAL.findall(page)] == [
        "Another branch has just booked this time"
    ]
    nearest = _NEAREST.findall(page)
    assert len(nearest) == 3
    assert "what you typed is kept" not in page
    link, words = nearest[0]
    assert "region=990102" in link
    following = li.get(unescape(link))
    assert (following.status_code, _REFUSAL.findall(following.text)) == (200, [])
    assert words.startswith("Thu 26 Nov")
    assert 'name="place"' in page


def test_a_time_that_can_be_booked_says_nothing(li: Client, people: Cast) -> None:
    page = _open(li, people, "2026-11-26T09:00")

    assert (_REFUSAL.findall(page), _NEAREST.findall(page)) == ([], [])


def test_a_far_year_is_refused_and_its_holidays_are_not_counted_up(
    li: Client, people: Cast, queries: QueryCount
) -> None:
    with queries() as seen:
        page = _open(li, people, "8999-12-03T08:30")

    assert len(_REFUSAL.findall(page)) == 1
    assert page.count("The official schedule of days off") == 1  # of 2027, the year to come
    assert len(seen) <= 12


@pytest.mark.parametrize("region", ["abc", "%00", "", "990102x"])
def test_a_region_that_is_none_is_the_own_one(li: Client, people: Cast, region: str) -> None:
    page = _open(li, people, "2026-11-26T09:00", region=region)

    assert f'<option value="{factories.COUNTY}" selected>' in page


_OTHER = re.compile(r'form="booking" formaction="([^"]+)"[^>]*>([^<]+)</button>')
_TYPED = {"place": "文化馆 <2>", "note": "请带教具。\n谢谢", "attendees": "many"}


def _buttons(page: str) -> dict[str, str]:
    """Where each button of the form beside its own leads, by the words on it."""
    return {words: unescape(target) for target, words in _OTHER.findall(page)}


def test_another_time_keeps_what_was_typed_and_books_nothing(
    app: Flask, li: Client, people: Cast
) -> None:
    start = _open(li, people, "2026-11-26T09:00")
    typed = dict(prefilled(start, "booking")) | _TYPED | {"region": factories.DISTRICT}

    week = li.post(_buttons(start)["Another time"], typed)
    assert (week.status_code, dict(prefilled(week.text, "booking")) | typed) == (200, typed)
    assert _REFUSAL.findall(week.text) == []
    following = li.post(_buttons(week.text)["Next week"], typed)
    chosen = li.post(_buttons(following.text)["10:00"], typed)

    assert chosen.status_code == 200
    assert "Fri 4 Dec 2026, 10:00" in chosen.text
    kept = dict(prefilled(chosen.text, "booking"))
    assert {name: kept[name] for name in ("place", "region", "attendees")} == {
        "place": "文化馆 <2>",
        "region": factories.DISTRICT,
        "attendees": "many",
    }
    assert "请带教具。\n谢谢" in chosen.text.replace("\r\n", "\n")
    with app.app_context():
        assert db.session().scalars(select(Lecture)).all() == []
    there = unescape(_ACTION.findall(chosen.text)[0])
    assert li.post(there, typed | {"attendees": "30"}).status_code == 303


@pytest.mark.parametrize("wrong", ["organisation", "format", "audience", "region"])
def test_another_time_survives_a_wrong_choice(li: Client, people: Cast, wrong: str) -> None:
    start = _open(li, people, "2026-11-26T09:00")
    typed = dict(prefilled(start, "booking")) | {wrong: "none such"}

    assert li.post(_buttons(start)["Another time"], typed).status_code == 200


def test_who_must_sign_in_sees_what_was_chosen(client: Client, people: Cast) -> None:
    link = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start=2026-11-26T09:00"
    target = client.language("en").get(link).location
    page = client.get(target).text
    assert "You have chosen this time" in page
    assert "家庭急救常识" in page
    assert "Thu 26 Nov 2026, 09:00" in page
    wrong = client.post(target, {"email": LI, "password": "wrong", "next": link})
    assert "You have chosen this time" in wrong.text
    resent = client.post(link, {"place": "文化馆", "note": "请带教具。"})
    assert (resent.status_code, "Thu 26 Nov 2026, 09:00" in resent.text) == (401, True)
    for other in ("/feeds", "/instructors/99/book?topic=1", "//x", "/instructors/1/book?start=x"):
        sign_in = client.get("/login?" + urlencode({"next": other}))
        assert (sign_in.status_code, "You have chosen this time" in sign_in.text) == (200, False)
