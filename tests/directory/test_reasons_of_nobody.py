"""What is told where nobody can be booked: the lead time, missing hours and unknown words."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask

from booking.availability import service as availability
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import RuleSet
from booking.db import unit_of_work
from tests import factories
from tests.browser import Client
from tests.factories import DISTRICT, NOW, Cast
from tests.markup.language import without_marks

_NAME = re.compile(r'<h2><a href="/instructors/(\d+)')
_STATUS = re.compile(r'<p class="result-count" role="status">(.*?)</p>', re.DOTALL)
_EMPTY = re.compile(r'<div class="empty">\s*<p>(.*?)</p>', re.DOTALL)
_TIMES = re.compile(r'<p class="card-times">(.*?)</p>', re.DOTALL)


@pytest.fixture
def visitor(client: Client, people: Cast) -> Client:
    return client.language("en")


def _told(visitor: Client, **asked: str) -> tuple[str, str]:
    """The words after the days, and the first sentence below."""
    page = without_marks(visitor.get(f"/match?{urlencode(asked)}").text)
    status = " ".join(_STATUS.findall(page)[0].split()).rpartition(": ")[2]
    return status, unescape(_EMPTY.findall(page)[0])


def test_a_day_within_the_lead_time_is_told_before_that_nobody_is_free(visitor: Client) -> None:
    # Monday 23 November, three working days of notice.
    assert _told(visitor, q="陈明", day="2026-11-25") == (
        "within the lead time",
        "1 instructor fits, but these days are within the lead time. "
        "The first day that can be booked is Thu 26 Nov 2026.",
    )
    # A Saturday after it.
    assert _told(visitor, q="陈明", day="2026-11-28") == (
        "nobody is free",
        "1 instructor fits, but is not free on these days.",
    )


def test_who_has_given_no_hours_is_not_called_busy(
    app: Flask, visitor: Client, people: Cast
) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, weekdays=[])
    for day in ("2026-11-25", "2026-11-27"):
        assert _told(visitor, q="陈明", day=day) == (
            "nobody is free",
            "1 instructor who fits is not open for booking yet.",
        )
    page = visitor.get(f"/instructors/{people.chen.id}").text
    assert "This instructor is not open for booking yet." in page


def test_who_has_given_no_hours_comes_after_those_who_can_be_booked(
    app: Flask, visitor: Client, people: Cast
) -> None:
    both = [str(people.chen.id), str(people.zhou.id)]
    assert _NAME.findall(visitor.get("/instructors").text) == both
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, weekdays=[])

    page = visitor.get("/instructors").text

    assert _NAME.findall(page) == both[::-1]
    told = ["Not open for booking yet" in times for times in _TIMES.findall(page)]
    assert told == [False, True]


def test_words_that_nobody_knows_get_advice_about_words(visitor: Client) -> None:
    _status, sentence = _told(visitor, q="哇啦哇啦", region=DISTRICT)
    assert sentence.startswith("The register has nothing about “哇啦哇啦”. Check the spelling")
    assert "day" not in sentence
    asked = {"q": "急救", "region": DISTRICT, "format": "simulation"}
    assert _told(visitor, **asked)[1] == "Nobody in the register fits all of this."
    page = without_marks(visitor.get(f"/match?{urlencode(asked)}").text)
    assert "Another day, another district or a lecture online does not help either." in page


def test_a_day_within_the_lead_time_is_told_on_the_page_of_an_instructor(
    app: Flask, visitor: Client, people: Cast
) -> None:
    page = f"/instructors/{people.chen.id}?day=2026-11-26"
    told = "The instructor needs more time to prepare."
    assert told not in visitor.get(page).text
    with app.app_context(), unit_of_work() as session:
        rules = RuleSet(BookingRules(notice_days=10))
        availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
    assert told in visitor.get(page).text
