"""The directory finds people by words, field, place, audience and format."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask

from booking.accounts.engine.roles import SYSTEM
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.db import db, unit_of_work
from booking.directory.engine.search_query import PAGE_SIZE
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Format
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.lectures.schedules.queries import bookable_slots
from tests import factories
from tests.browser import Client
from tests.counting import QueryCount
from tests.directory.conftest import BY_PINYIN
from tests.factories import CITY, COUNTY, DISTRICT, NOW, OTHER_CITY, OTHER_DISTRICT, ZONE, Cast
from tests.markup.language import without_marks

_CARD = re.compile(r'<article class="card-instructor">.*?</article>', re.DOTALL)
_NAME = re.compile(r"<h2><a [^>]*><span>([^<]+)</span>")
_START = re.compile(r'class="slot" href="[^"]*start=([^"&]+)"')


def address(**wanted: object) -> str:
    return f"/instructors?{urlencode(wanted)}"


def found(client: Client, **wanted: object) -> list[str]:
    """The names on the page, in its order; the browser reads English: 张三 Zhang San."""
    response = client.get(address(**wanted))
    assert response.status_code == 200
    cards = _CARD.findall(without_marks(response.text))
    return [unescape(_NAME.findall(card)[0]).partition(" ")[0] for card in cards]


@pytest.fixture
def reader(client: Client, register: dict[str, int]) -> Client:
    """An anonymous reader of the small register, in English."""
    return client.language("en")


def test_words(reader: Client) -> None:
    expected = {
        "": BY_PINYIN,
        "急": ["曾国华", "张三"],
        "急救": ["张三"],
        "救 张": ["张三"],
        "急救 曾": [],
        "zhang": ["张三"],
        "hang": [],
        "ZHANGSAN": ["张三"],
        "zs": ["张三"],
        "s": ["单田方"],  # shan…, and no initials that only contain an s
        "zeng": ["曾国华"],
        "ceng": ["曾国华"],
        "shan": ["单田方"],
        "qiu": ["仇英"],
        "lv": ["吕梁"],
        "lu": ["吕梁"],
        "jijiu": [],  # a phrase is found by its beginning: jiatingjijiu…
        "jiating": ["张三"],
        "AI": ["单田方"],
        "ＡＩ": ["单田方"],
        "ｚｈａｎｇ": ["张三"],
        "１００": ["仇英", "曾国华"],
        "100%": ["曾国华"],
        "%": ["曾国华"],
        "_": ["曾国华"],
        "\\": ["曾国华"],
        "\\规程": ["曾国华"],
        "__": [],
        "'": [],
        "第3单位": ["李雷"],
        "心肺": ["张三"],
        "姓名不存在": [],
    }

    assert {words: found(reader, q=words) for words in expected} == expected


def test_filters(reader: Client) -> None:
    expected: dict[tuple[str, str], list[str]] = {
        ("field", "health"): ["曾国华", "张三"],  # with the field below it
        ("field", "cpr"): ["张三"],
        ("field", "writing"): ["李雷", "单田方"],
        ("field", "nothing"): [],
        ("field", "heal"): [],  # a code is a whole one, to the letter
        ("field", "Health"): [],
        ("field", "health /cpr"): [],
        ("region", "990000"): BY_PINYIN,
        ("region", CITY): ["李雷", "吕梁", "曾国华", "张三"],
        ("region", DISTRICT): ["李雷", "曾国华", "张三"],  # not the county beside it
        ("region", COUNTY): ["李雷", "吕梁", "曾国华"],
        ("region", OTHER_CITY): ["李雷", "仇英", "单田方"],
        ("region", OTHER_DISTRICT): ["李雷", "仇英", "单田方"],
        ("region", "98"): [],
        ("region", f"{DISTRICT} "): [],
        # A topic that names no audience or format is for all.
        ("audience", "villagers"): ["吕梁", "仇英", "单田方", "曾国华", "张三"],
        ("audience", "cadres"): ["李雷", "吕梁", "仇英", "单田方", "曾国华"],
        ("audience", "nobody"): BY_PINYIN,
        ("format", "online"): ["李雷", "吕梁", "仇英", "单田方", "曾国华", "张三"],
        ("page", "x"): BY_PINYIN,
        ("page", "-1"): BY_PINYIN,
        ("page", "99"): BY_PINYIN,
        ("page", "9" * 30): BY_PINYIN,
        ("other", "1"): BY_PINYIN,
    }

    assert {pair: found(reader, **{pair[0]: pair[1]}) for pair in expected} == expected
    both = found(reader, q="安全", region=CITY, field="health")
    assert both == ["曾国华"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_format_that_every_topic_leaves_out(app: Flask, reader: Client) -> None:
    with app.app_context(), unit_of_work() as session:
        facts = InstructorFacts(
            name="王五",
            workplace="第七单位（虚构）",
            region_code=DISTRICT,
            serves=(DISTRICT,),
            topics=(TopicFacts("急救演练", formats=(Format.SIMULATION,)),),
        )
        one = instructors.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW).id
        factories.open_hours(session, one)

    assert found(reader, q="急救", format="online") == ["张三"]
    assert found(reader, q="急救", format="simulation") == ["王五", "张三"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_found_says_what_to_do(reader: Client) -> None:
    wanted = address(q="量子力学", region=DISTRICT)

    assert "Nobody fits this search." in reader.get(wanted).text
    assert "没有符合条件" in reader.language("zh_Hans_CN").get(wanted).text


def test_pages_hold_everybody_once_in_order(app: Flask, client: Client) -> None:
    with app.app_context(), unit_of_work() as session:
        for number in range(2 * PAGE_SIZE + 1):
            name = f"{'曾张'[number % 2]}一{chr(ord('甲') + number)}"
            factories.make_instructor(session, name)
    client.language("en")

    pages = [found(client, page=page) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 1]
    everybody = [name for page in pages for name in page]
    assert len(set(everybody)) == 2 * PAGE_SIZE + 1
    surnames = [name[0] for name in everybody]
    assert surnames == sorted(surnames, key="曾张".index)
    assert found(client, page=4) == pages[2]  # beyond the end: the last page


def test_a_shared_address_shows_the_same_to_everybody(
    app: Flask, people: Cast, register: dict[str, int]
) -> None:
    shared = address(q="急", region=CITY, field="health")
    visitor, contact = Client(app), Client(app).sign_in(factories.LI)

    assert found(visitor.language("en"), q="急", region=CITY, field="health") == ["曾国华", "张三"]
    cards = _CARD.findall(visitor.language("zh_Hans_CN").get(shared).text)
    assert _CARD.findall(contact.get(shared).text) == cards
    assert _CARD.findall(Client(app).get(shared).text) == cards
    assert "曾国华老师" in cards[0]


def test_cards_offer_the_earliest_times_that_can_be_booked(
    app: Flask, reader: Client, register: dict[str, int]
) -> None:
    with app.app_context():
        slots = bookable_slots(
            db.session(),
            [register["李雷"]],
            slot_request=SlotRequest(120, Place(CITY)),
            first=NOW.date(),
            last=NOW.date() + timedelta(days=21),
            now=NOW,
            zone=ZONE,
        )[register["李雷"]]
    [card] = _CARD.findall(reader.get(address(q="lilei")).text)

    shown = [datetime.fromisoformat(start) for start in _START.findall(card)]
    assert shown == [datetime(2026, 11, 26, hour) for hour in (8, 10, 12)]
    assert shown[0] == slots[0][0].astimezone(ZONE).replace(tzinfo=None)


def test_the_number_of_queries_does_not_grow(
    app: Flask, client: Client, queries: QueryCount
) -> None:
    counts, made = [], 0
    for wanted in (1, 3, 20):
        with app.app_context(), unit_of_work() as session:
            while made < wanted:
                one = factories.make_instructor(session, f"王{chr(ord('甲') + made)}")
                factories.open_hours(session, one)
                made += 1
        with queries() as seen:
            assert len(_CARD.findall(client.get("/instructors").text)) == wanted
        counts.append(len(seen))

    assert counts == [counts[0]] * 3
