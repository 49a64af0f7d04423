"""Nobody is told of people who are not listed, nor of topics that are no longer offered."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask

from booking.db import unit_of_work
from booking.instructors import search_index
from booking.instructors import service as instructors
from booking.instructors.models import Instructor, Topic
from booking.instructors.service import TopicFacts
from tests import factories
from tests.attacks.contents import text_of
from tests.browser import Client
from tests.extent import sample
from tests.factories import CHEN, COUNTY, DISTRICT, LI, SUN, WANG, ZHAO, Cast

NAME, WORKPLACE, OWN_TITLE = "麒麟隐", "琥珀隐院（虚构）", "玄武隐题"
INACTIVE = "朱雀旧题"
PARTS = ("麒麟", "琥珀隐", "玄武隐", "朱雀旧", "qilin", "zhuque")
"""What somebody may type to find them; no page that repeats it holds the whole."""
_PART = re.compile(r"<(?:[^<>:]*:)?(\w+)>")
CANARIES = (NAME, WORKPLACE, OWN_TITLE, INACTIVE)

WHO = {"nobody": "", "a branch": LI, "another branch": ZHAO, "another city": SUN, "a person": CHEN}


@pytest.fixture
def hidden(app: Flask, people: Cast) -> tuple[int, int, int]:
    """The ids of somebody unlisted, of their topic, and of a topic of Chen's that has ended."""
    with app.app_context(), unit_of_work() as session:
        unlisted = factories.make_instructor(session, NAME, region=DISTRICT, workplace=WORKPLACE)
        entry = factories.editable(session, unlisted)
        own = instructors.add_topic(session, entry=entry, facts=TopicFacts(OWN_TITLE)).id
        factories.open_hours(session, unlisted)
        session.get_one(Instructor, unlisted).listed = False
        chen = factories.editable(session, people.chen.id)
        ended = instructors.add_topic(session, entry=chen, facts=TopicFacts(INACTIVE)).id
        session.get_one(Topic, ended).active = False
        session.flush()
        search_index.refresh(session, [entry.instructor, chen.instructor])
        return unlisted, own, ended


def told(page: str) -> list[str]:
    return [one for one in CANARIES if one in unescape(page)]


def _value(known: dict[str, int], otherwise: int) -> Callable[[re.Match[str]], str]:
    """What stands for a part of a rule."""
    return lambda part: str(known.get(part[1], otherwise))


def addresses(app: Flask, hidden: tuple[int, int, int], chen: int) -> list[str]:
    """Every address that can be read, of the unlisted person or with the topics that are not."""
    unlisted, own, ended = hidden
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.endswith(("static", "language")):
            continue
        for instructor, topic in ((unlisted, own), (chen, ended), (chen, own)):
            path = _PART.sub(_value({"topic_id": topic}, instructor), rule.rule)
            query = {"topic": topic, "start": "2026-11-26T09:00", "region": COUNTY}
            found += [path, f"{path}?{urlencode(query)}"]
            if not rule.arguments:
                found += [f"{path}?{urlencode({'q': part, 'topic': topic})}" for part in PARTS]
                found += [f"{path}?{urlencode({'q': part})}" for part in PARTS]
    return list(dict.fromkeys(found))


READ_BY_EACH = 3 * len(WHO)
"""In `make test` each reads one of so many addresses."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", WHO)
def test_no_address_tells_of_them(
    app: Flask, people: Cast, hidden: tuple[int, int, int], who: str
) -> None:
    browser = Client(app)
    if WHO[who]:
        browser.sign_in(WHO[who])
    # Chen may see the own topic that has ended, on the pages where it is kept.
    own = {INACTIVE} if WHO[who] == CHEN else set()

    leaks = {}
    mine = list(WHO).index(who)
    for path in sample(addresses(app, hidden, people.chen.id), part=READ_BY_EACH, first=mine):
        answer = browser.get(path)
        assert answer.status_code < 500, path
        kept = "/topics" in path or path.startswith(("/entries/", "/me/"))
        known = own if kept else set()
        if found := set(told(text_of(answer))) - known:
            leaks[path] = found
    assert leaks == {}


def test_neither_is_found_by_what_they_are_called(
    app: Flask, people: Cast, hidden: tuple[int, int, int], client: Client
) -> None:
    for part in PARTS:
        answer = client.get(f"/api/v1/instructors?{urlencode({'q': part})}")
        assert (answer.status_code, answer.get_json()["total"]) == (200, 0), part


def test_a_request_for_them_is_refused_without_a_name(
    app: Flask, people: Cast, hidden: tuple[int, int, int]
) -> None:
    unlisted, own, ended = hidden
    browser = Client(app).sign_in(LI)
    form = {"organisation": people.li.id, "region": COUNTY, "place": "礼堂", "format": "lecture"}
    for instructor, topic in ((unlisted, own), (people.chen.id, ended)):
        query = {"topic": topic, "start": "2026-11-26T09:00"}
        answer = browser.post(f"/instructors/{instructor}/book?{urlencode(query)}", form)
        assert (answer.status_code, told(answer.text)) == (404, [])


def test_whoever_may_edit_the_entry_still_sees_it(
    app: Flask, people: Cast, hidden: tuple[int, int, int]
) -> None:
    unlisted, _own, _ended = hidden
    wang = Client(app).sign_in(WANG)

    assert set(told(wang.get(f"/instructors/{unlisted}/topics").text)) >= {NAME, OWN_TITLE}
    assert told(Client(app).sign_in(CHEN).get(f"/instructors/{people.chen.id}/topics").text) == [
        INACTIVE
    ]
