"""What a card promises: for which topic its times are, and who can tap them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from booking.db import unit_of_work
from booking.instructors import search_index
from booking.instructors import service as instructors
from booking.instructors.service import TopicFacts
from tests import factories
from tests.browser import Client
from tests.factories import CHEN, LI, ROOT, WANG, Cast

_TOPICS = re.compile(r'(?s)<p class="card-topics">(.*?)</p>')
_TAGS = re.compile(r"<[^>]+>")
_TOLD = re.compile(r'<span class="slot-told">([^<]+)</span>')
_LINKS = re.compile(r'<a class="slot" href="(/instructors/\d+/book[^"]*)"')
LONG, SHORT = "家庭急救常识（120分钟）", "家庭急救常识（60分钟）"


def _first_card(page: str) -> str:
    """The words about the topics of the first card."""
    return " ".join(unescape(_TAGS.sub(" ", _TOPICS.findall(page)[0])).split())


def test_the_topic_that_the_times_are_for_comes_first_and_is_marked(
    app: Flask, people: Cast
) -> None:
    with app.app_context(), unit_of_work() as session:
        chen = factories.editable(session, people.chen.id)
        facts = TopicFacts("灾后心理援助", minutes=90)
        topic = instructors.add_topic(session, entry=chen, facts=facts).id
        search_index.refresh(session, [chen.instructor])
    browser = Client(app).language("en")

    page = browser.get("/instructors?q=心理").text

    assert _first_card(page) == f"These times are for: 灾后心理援助 90′ {LONG} 120′ {SHORT} 60′"
    assert {re.findall(r"[?]topic=(\d+)", link)[0] for link in _LINKS.findall(page)} == {str(topic)}
    assert _first_card(browser.get("/instructors?q=陈明").text) == (
        f"These times are for: {LONG} 120′ {SHORT} 60′ 灾后心理援助 90′"
    )


def test_the_only_topic_needs_no_mark(app: Flask, people: Cast) -> None:
    page = Client(app).language("en").get("/instructors?q=周岚").text

    assert _first_card(page) == f"{LONG} 120′"


@pytest.mark.parametrize(
    ("email", "links"),
    [(None, True), (LI, True), (CHEN, False), (WANG, True), (ROOT, True)],
)
def test_times_are_links_for_those_who_can_book_and_for_whoever_has_not_signed_in(
    app: Flask, people: Cast, email: str | None, links: bool
) -> None:
    browser = Client(app).language("en")
    if email:
        browser.sign_in(email)
    pages = (
        "/instructors?q=陈明",
        f"/instructors/{people.chen.id}",
        "/match?q=急救&from=2026-11-26&to=2026-11-27",
    )

    for path in pages:
        page = browser.get(path).text
        assert (len(_LINKS.findall(page)) > 0, len(_TOLD.findall(page)) > 0) == (
            links,
            not links,
        ), path
        if links and email:
            link = unescape(_LINKS.findall(page)[0])
            assert browser.get(link).status_code == 200


def test_a_time_that_is_only_told_reads_as_the_link_does(app: Flask, people: Cast) -> None:
    told = _TOLD.findall(Client(app).language("en").sign_in(CHEN).get("/instructors?q=陈明").text)

    assert told[0] == "Thu 26 Nov 08:00"
    assert len(told) == len(_LINKS.findall(Client(app).get("/instructors?q=陈明").text))


def test_english_names_of_fields_are_found(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        above = instructors.add_field(session, code="aid", name="急救", name_en="First Aid")
        below = instructors.add_field(
            session, code="aid.scene", name="现场", name_en="Emergency scenes", parent_id=above.id
        )
        for teacher, field in ((people.chen, below), (people.zhou, above)):
            entry = factories.editable(session, teacher.id)
            instructors.add_fields(session, entry=entry, field_ids=[field.id])
            search_index.refresh(session, [entry.instructor])
        factories.make_instructor(session, "吴敏")
    browser = Client(app).language("en")

    found = {
        words: re.findall(
            r'<h2><a href="/instructors/(\d+)', browser.get(f"/instructors?q={words}").text
        )
        for words in ("first aid", "FIRST", "emergency", "first scenes", "nothing")
    }

    chen, zhou = str(people.chen.id), str(people.zhou.id)
    assert found == {
        "first aid": [chen, zhou],
        "FIRST": [chen, zhou],
        "emergency": [chen],
        "first scenes": [chen],
        "nothing": [],
    }
    pill = re.search(r'First Aid <span class="count">(\d+)</span>', browser.get("/").text)
    assert pill is not None
    assert pill[1] == "2"
