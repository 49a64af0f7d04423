"""Terms, suspensions and the days of topics: a coordinator sets, the instructor sees."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask

from booking.availability import queries
from booking.db import db
from booking.instructors.models import Topic
from tests import factories
from tests.availability.editor import editor, reasons, strip
from tests.browser import Client
from tests.factories import Cast

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
TERM = {"first": "2026-11-27", "last": "2026-12-01", "certificate": "汀聘字〔2026〕12号"}
PAUSE = {"first": "2026-11-27", "last": "2026-11-30", "reason": "休养"}


@pytest.fixture
def wang(app: Flask, people: Cast) -> Client:
    """Wang, who coordinates Chen's city, in English."""
    return Client(app).language("en").sign_in(factories.WANG)


def page(cast: Cast, part: str = "terms") -> str:
    return f"/instructors/{cast.chen.id}/{part}"


def terms(app: Flask, cast: Cast) -> list[tuple[date, date, str]]:
    with app.app_context():
        found = queries.terms_of(db.session(), cast.chen.id)
        return [(one.first, one.last, one.certificate) for one in found]


def pauses(app: Flask, cast: Cast) -> list[tuple[date, date | None, str]]:
    with app.app_context():
        found = queries.suspensions_of(db.session(), cast.chen.id)
        return [(one.first, one.last, one.reason) for one in found]


def topic_days(app: Flask, cast: Cast) -> tuple[date | None, date | None]:
    with app.app_context():
        topic = db.session().get_one(Topic, cast.chen.topic)
        return topic.valid_from, topic.valid_to


def test_a_term_opens_its_first_and_its_last_day(
    app: Flask, wang: Client, chen: Client, people: Cast
) -> None:
    assert wang.post(page(people), TERM).status_code == 303

    assert terms(app, people) == [(date(2026, 11, 27), date(2026, 12, 1), TERM["certificate"])]
    shown = chen.get(editor(people)).text
    assert [bool(times) for times in strip(shown)[3:10]] == [
        False, True, False, False, True, True, False,
    ]  # fmt: skip
    assert reasons(shown)[9] == "outside the term"
    assert TERM["certificate"] in chen.get(page(people)).text
    for days, status in (
        ({"first": "2026-12-01", "last": "2026-12-24"}, 422),
        ({"first": "2026-11-01", "last": "2026-11-27"}, 422),
        ({"first": "2026-12-02", "last": "2026-12-24"}, 303),
    ):
        answer = wang.post(page(people), TERM | days)
        told = "Another term holds on some of these days already." in answer.text
        assert (answer.status_code, told) == (status, status == 422)
    for number in (1, 2):
        assert wang.post(page(people, f"terms/{number}/remove")).status_code == 303
    assert terms(app, people) == []


def test_a_suspension_closes_its_days_and_can_be_ended(
    app: Flask, wang: Client, chen: Client, people: Cast
) -> None:
    assert wang.post(page(people, "suspensions"), PAUSE | {"last": ""}).status_code == 303
    assert pauses(app, people) == [(date(2026, 11, 27), None, "休养")]
    assert strip(chen.get(editor(people)).text)[4:] == [[]] * 10

    too_early = wang.post(page(people, "suspensions/1/end"), {"last": "2026-11-26"})
    assert too_early.status_code == 422
    assert "The last day lies before the first day." in too_early.text
    assert 'value="2026-11-26"' in too_early.text
    assert wang.post(page(people, "suspensions/1/end"), {"last": "2026-11-30"}).status_code == 303

    assert pauses(app, people) == [(date(2026, 11, 27), date(2026, 11, 30), "休养")]
    shown = chen.get(editor(people)).text
    assert [reasons(shown)[index] for index in (4, 7, 8)] == ["suspended", "suspended", ""]
    assert wang.post(page(people, "suspensions/1/remove")).status_code == 303
    assert pauses(app, people) == []


def test_a_topic_is_offered_on_its_days_only(app: Flask, chen: Client, people: Cast) -> None:
    path = page(people, f"topics/{people.chen.topic}/days")

    assert chen.post(path, {"first": "2026-11-27", "last": ""}).status_code == 303

    assert topic_days(app, people) == (date(2026, 11, 27), None)
    shown = chen.get(editor(people)).text
    assert reasons(shown)[3:5] == ["topic not offered", ""]
    reversed_days = chen.post(path, {"first": "2026-11-27", "last": "2026-11-26"})
    assert reversed_days.status_code == 422
    assert "The last day lies before the first day." in reversed_days.text
    assert topic_days(app, people) == (date(2026, 11, 27), None)
    assert chen.post(path, {"first": "", "last": ""}).status_code == 303
    assert topic_days(app, people) == (None, None)


@sqlite_only
def test_what_makes_no_sense_is_refused_and_kept(app: Flask, wang: Client, people: Cast) -> None:
    for part, values, sentence in (
        ("terms", {"last": "2026-11-26"}, "The last day lies before the first day."),
        ("terms", {"first": ""}, "Choose a day."),
        ("terms", {"last": "9999-12-31"}, "between the years 2000 and 2199"),
        ("terms", {"certificate": "x" * 61}, "Field cannot be longer than 60 characters."),
        ("suspensions", {"first": ""}, "Choose a day."),
        ("suspensions", {"last": "2026-11-26"}, "The last day lies before the first day."),
    ):
        sent = (TERM if part == "terms" else PAUSE) | values
        refused = wang.post(page(people, part), sent)
        assert (refused.status_code, sentence in unescape(refused.text)) == (422, True)
        kept = sent.get("certificate") or sent.get("reason", "")
        assert f'value="{kept}"' in refused.text
    assert (terms(app, people), pauses(app, people)) == ([], [])


@sqlite_only
def test_who_sets_and_who_only_sees(app: Flask, wang: Client, people: Cast) -> None:
    wang.post(page(people), TERM)
    wang.post(page(people, "suspensions"), PAUSE)
    posts = {
        "terms": TERM,
        "suspensions": PAUSE,
        "suspensions/1/end": {"last": "2026-12-24"},
        "suspensions/1/remove": {},
        "terms/1/remove": {},
    }
    found = {}
    for email in (factories.CHEN, factories.ZHOU, factories.LI, factories.SUN, factories.ROOT):
        browser = Client(app).sign_in(email)
        sees = browser.get(page(people)).status_code
        found[email] = (
            sees,
            {browser.post(page(people, part), sent).status_code for part, sent in posts.items()},
            browser.post(page(people, f"topics/{people.chen.topic}/days")).status_code,
        )

    assert found == {
        factories.CHEN: (200, {403}, 303),
        factories.ZHOU: (404, {403}, 404),
        factories.LI: (403, {403}, 403),
        factories.SUN: (404, {404}, 404),
        # The same term a second time is refused for its days, not for who asks.
        factories.ROOT: (200, {303, 422}, 303),
    }
    buttons = Client(app).sign_in(factories.CHEN).get(page(people)).text
    assert ("/terms/1/remove" in buttons, "/suspensions/1/end" in buttons) == (False, False)


@sqlite_only
def test_each_page_has_one_button(app: Flask, wang: Client, people: Cast) -> None:
    wang.post(page(people), TERM)
    wang.post(page(people, "suspensions"), PAUSE)
    buttons = {
        part: MAIN.findall(wang.get(page(people, part)).text)[0].count("<button")
        for part in (
            "terms",
            "terms/1/remove",
            "suspensions",
            "suspensions/1/end",
            "suspensions/1/remove",
            f"topics/{people.chen.topic}/days",
        )
    }
    assert set(buttons.values()) == {1}
    for part, sentence in (("terms", "this term?"), ("suspensions", "this suspension?")):
        assert f"Remove {sentence}" in wang.get(page(people, f"{part}/1/remove")).text
    assert (len(terms(app, people)), len(pauses(app, people))) == (1, 1)
    gone = [wang.get(page(people, f"{part}/9/remove")) for part in ("terms", "suspensions")]
    assert [answer.status_code for answer in gone] == [404, 404]


@sqlite_only
def test_topics_are_listed_with_their_days(app: Flask, chen: Client, people: Cast) -> None:
    chen.post(page(people, f"topics/{people.chen.topic}/days"), {"first": "2026-11-27", "last": ""})

    listed = chen.get(page(people, "topics")).text
    assert "from Fri 27 Nov 2026" in listed
    assert listed.count("always") == 1
    form = chen.get(page(people, f"topics/{people.chen.topic}/days")).text
    assert 'value="2026-11-27"' in form
    other = chen.get(page(people, f"topics/{people.zhou.topic}/days"))
    assert other.status_code == 404


@sqlite_only
def test_nothing_of_another_instructor_is_reached(app: Flask, wang: Client, people: Cast) -> None:
    root = Client(app).sign_in(factories.ROOT)
    root.post(f"/instructors/{people.zhou.id}/terms", TERM)
    root.post(f"/instructors/{people.zhou.id}/suspensions", PAUSE)

    answers = [
        wang.post(page(people, "terms/1/remove")).status_code,
        wang.post(page(people, "suspensions/1/remove")).status_code,
        wang.post(page(people, "suspensions/1/end"), {"last": "2026-12-24"}).status_code,
        wang.post(page(people, f"topics/{people.zhou.topic}/days")).status_code,
    ]

    assert answers == [303, 303, 404, 404]
    with app.app_context():
        assert len(queries.terms_of(db.session(), people.zhou.id)) == 1
        assert len(queries.suspensions_of(db.session(), people.zhou.id)) == 1
