"""The booking page as it opens: what cannot be booked is said before anybody fills it in."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db
from booking.lectures.models import Lecture
from tests import factories, months
from tests.browser import Client
from tests.counting import QueryCount
from tests.factories import LI, Cast, at
from tests.forms import prefilled

_SUMMARY = re.compile(r'id="error-summary">.*?</div>', re.DOTALL)
_SENTENCE = re.compile(r"<li>([^<]*)</li>")
_ACTION = re.compile(r'id="booking" action="([^"]+)"')
_NEAREST = re.compile(r'<a class="slot" href="([^"]+)">([^<]+)</a>')


def _refusals(page: str) -> list[str]:
    """The sentences of the error summary that lead to no field."""
    return _SENTENCE.findall("".join(_SUMMARY.findall(page)))


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

    assert [sentence.split(".")[0] for sentence in _refusals(page)] == [
        "Another branch has just booked this time"
    ]
    nearest = _NEAREST.findall(page)
    assert len(nearest) == 3
    assert "what you typed is kept" not in page
    link, words = nearest[0]
    assert "region=990102" in link
    following = li.get(unescape(link))
    assert (following.status_code, _refusals(following.text)) == (200, [])
    assert words.startswith("Thu 26 Nov")
    assert 'name="place"' in page


def test_a_time_that_can_be_booked_says_nothing(li: Client, people: Cast) -> None:
    page = _open(li, people, "2026-11-26T09:00")

    assert (_refusals(page), _NEAREST.findall(page)) == ([], [])


def test_a_far_year_is_refused_and_its_holidays_are_not_counted_up(
    li: Client, people: Cast, queries: QueryCount
) -> None:
    with queries() as seen:
        page = _open(li, people, "8999-12-03T08:30")

    assert len(_refusals(page)) == 1
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

    month = li.post(_buttons(start)["Another time"], typed)
    assert month.status_code == 200
    assert dict(prefilled(month.text, "booking")) | typed == typed
    assert _refusals(month.text) == []
    assert months.chosen(month.text).startswith("Thu 26 Nov 2026")
    december = li.post(months.turns(month.text)["next"], typed)
    day = li.post(months.cells(december.text)[date(2026, 12, 4)].link, typed)
    chosen = li.post(_buttons(months.panel(day.text))["10:00"], typed)

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


def test_while_days_are_looked_at_the_enter_key_shows_one_and_books_nothing(
    app: Flask, li: Client, people: Cast
) -> None:
    start = _open(li, people, "2026-11-26T09:00")
    typed = dict(prefilled(start, "booking")) | {"place": "文化馆", "jump": "2026-12-04"}
    month = li.post(_buttons(start)["Another time"], typed).text
    [enter] = re.findall(r'<button form="booking" hidden formaction="([^"]+)">', month)

    shown = li.post(unescape(enter), typed)

    assert (shown.status_code, months.chosen(shown.text)) == (200, "Fri 4 Dec 2026 21 times")
    assert dict(prefilled(shown.text, "booking")) | typed == typed
    assert 'name="jump" form="booking" value="2026-12-04"' in shown.text
    beyond = li.post(unescape(enter), typed | {"jump": "2030-01-01"}).text
    assert "further ahead than the instructor takes bookings" in months.why(beyond)
    nothing = li.post(unescape(enter), typed | {"jump": "soon"}).text
    assert months.chosen(nothing).startswith("Thu 26 Nov 2026")
    with app.app_context():
        assert db.session().scalars(select(Lecture)).all() == []
    # Before the month is opened, the first button books.
    assert re.findall(r'<button form="booking" hidden( formaction)?', start) == [""]


def test_the_month_knows_the_place_that_was_chosen(app: Flask, li: Client, people: Cast) -> None:
    """The way from another lecture closes times in a far district, and none online."""
    factories.requested(app, people, at(3, 12), organisation_id=people.zhao.id)
    start = _open(li, people, "2026-11-27T09:00")
    free = {}
    for region in (factories.COUNTY, factories.OTHER_CITY):
        typed = dict(prefilled(start, "booking")) | {"region": region}
        there = _buttons(start)["Another time"].replace("day=2026-11-27", "day=2026-11-26")
        free[region] = months.chosen(li.post(there, typed).text)
    assert free == {
        factories.COUNTY: "Thu 26 Nov 2026 12 times",
        factories.OTHER_CITY: "Thu 26 Nov 2026 3 times",
    }


def test_what_is_booked_stays_in_view(li: Client, people: Cast) -> None:
    start = _open(li, people, "2026-11-26T09:00", region=factories.DISTRICT)
    bar = re.findall(r'<dl class="summary-bar".*?</dl>', start, re.DOTALL)
    facts = [" ".join(unescape(re.sub(r"<[^>]+>", "", one)).split())
             for one in re.findall(r"<dd>(.*?)</dd>", bar[0], re.DOTALL)]  # fmt: skip

    assert facts == [
        "家庭急救常识（120分钟） 120 minutes",
        "Thu 26 Nov 2026, 09:00 Another time",
        "陈明 Chen Ming",
        "Tinglan District",
    ]
    typed = dict(prefilled(start, "booking")) | {"place": "文化馆 <2>"}
    again = li.post(_buttons(start)["Another time"], typed).text
    place = '<span lang="zh-CN">文化馆 &lt;2&gt;</span>'
    assert f'<span data-mirrors="place">{place}</span>' in again


@pytest.mark.parametrize("wrong", ["organisation", "format", "audience", "region"])
def test_another_time_survives_a_wrong_choice(li: Client, people: Cast, wrong: str) -> None:
    start = _open(li, people, "2026-11-26T09:00")
    typed = dict(prefilled(start, "booking")) | {wrong: "none such"}

    assert li.post(_buttons(start)["Another time"], typed).status_code == 200


def test_a_refused_booking_leads_to_its_fields(li: Client, people: Cast) -> None:
    start = _open(li, people, "2026-11-26T09:00")
    typed = dict(prefilled(start, "booking")) | {"attendees": "many", "format": "x", "region": ""}
    action = unescape(_ACTION.findall(start)[0])

    page = li.post(action, typed)

    assert page.status_code == 422
    summary = "".join(_SUMMARY.findall(page.text))
    led_to = re.findall(r'<a href="#([^"]+)">', summary)
    assert led_to == ["region", "place", "format-0", "attendees"]
    assert [page.text.count(f'id="{name}"') for name in led_to] == [1, 1, 1, 1]
    assert _refusals(page.text) == []


def test_who_must_sign_in_sees_what_was_chosen(client: Client, people: Cast) -> None:
    link = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start=2026-11-26T09:00"
    form = client.language("en").get(link).text
    [target] = map(unescape, re.findall(r'href="(/login[^"]+)" target="_blank">', form))
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
