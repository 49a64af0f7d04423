"""Where clocks are put back an hour comes twice: its times are two, each with its own address."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from booking import i18n
from booking.availability import service as availability
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import RuleSet
from booking.db import db, unit_of_work
from booking.instructors.service import topic_ids
from booking.lectures.models import Lecture
from tests import factories
from tests.browser import Client
from tests.factories import COUNTY, LI, NOW, Cast

SLOT = re.compile(r'<a class="slot" href="([^"]*start=2027-11-07[^"]*)">([^<]*)</a>')


@pytest.fixture
def environment() -> dict[str, str]:
    return {"TIMEZONE": "America/New_York"}


def starts(app: Flask) -> list[datetime]:
    with app.app_context():
        return list(db.session().scalars(select(Lecture.starts_at).order_by(Lecture.id)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_time_of_the_page_books_its_own_instant(
    app: Flask, people: Cast, client: Client
) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, weekdays=[6], start=0, end=4)
        rules = RuleSet(BookingRules(horizon_days=365, step_minutes=60))
        availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
        short = topic_ids(session, people.chen.id)[1]
    client.language("en").sign_in(LI)
    page = client.get(f"/instructors/{people.chen.id}?topic={short}&day=2027-11-07").text
    found = [(unescape(link), text) for link, text in SLOT.findall(page)]
    names = [re.findall(r"start=([^&]*)", link)[0] for link, _text in found]
    assert names == [
        "2027-11-07T00:00",
        "2027-11-07T01:00-04:00",
        "2027-11-07T01:00-05:00",
        "2027-11-07T02:00",
        "2027-11-07T03:00",
    ]
    assert [text for _link, text in found] == [
        "00:00",
        "01:00 (UTC-04:00)",
        "01:00 (UTC-05:00)",
        "02:00",
        "03:00",
    ]

    values = {"organisation": str(people.li.id), "region": COUNTY, "place": "文化馆"}
    rest = {"format": "lecture", "audience": "", "attendees": "", "note": ""}
    for link, _text in found[1:3]:
        assert client.post(link, values | rest).status_code == 303
    assert starts(app) == [datetime(2027, 11, 7, hour, tzinfo=UTC) for hour in (5, 6)]

    # The nearest times of a refusal are named the same way.
    taken = client.post(found[0][0].replace("00:00", "01:00"), values | rest)
    assert taken.status_code == 409


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_time_that_clocks_skip_is_the_first_after_it(people: Cast, client: Client) -> None:
    client.language("en").sign_in(LI)
    for start in ("2027-03-14T02:30", "2027-03-14T07:00:00Z"):
        path = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start={start}"
        assert "Sun 14 Mar 2027, 03:00" in client.get(path).text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_ordinary_time_has_a_short_name(app: Flask) -> None:
    with app.app_context():
        noon, late = (datetime(2027, 11, 7, hour, 30, tzinfo=UTC) for hour in (17, 5))
        named = [i18n.name_instant(one) for one in (noon, late)]
    assert named == ["2027-11-07T12:30", "2027-11-07T01:30-04:00"]
