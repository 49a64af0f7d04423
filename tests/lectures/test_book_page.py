"""The booking page as it opens: what cannot be booked is said before anybody fills it in."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from tests import factories
from tests.browser import Client
from tests.counting import QueryCount
from tests.factories import LI, Cast, at

_REFUSAL = re.compile(r'id="refusal">([^<]*)</div>')
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
