"""Words that people type and the register calls otherwise, and regions among the words."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from booking.audit import Action, AuditEntry
from booking.db import db
from booking.directory.engine.search_query import Search, with_region
from booking.directory.engine.synonyms import split_region, with_synonyms
from booking.instructors.models import Synonym
from booking.instructors.synonyms import service
from tests.browser import Client
from tests.factories import CHEN, COUNTY, DISTRICT, LI, WANG, Cast

REGIONS = [("990121", "岫云县"), ("990102", "听澜区"), ("990301", "新城区"), ("990401", "新城区")]


@pytest.mark.parametrize(
    ("typed", "words", "region"),
    [
        ("急救 岫云县", "急救", "990121"),
        ("岫云县，急救 入门", "急救 入门", "990121"),
        ("岫云县", "", "990121"),
        ("急救 岫云", "急救 岫云", ""),
        ("急救 新城区", "急救 新城区", ""),
        ("急救岫云县", "急救岫云县", ""),
        ("", "", ""),
    ],
)
def test_a_region_among_the_words(typed: str, words: str, region: str) -> None:
    assert split_region(typed, REGIONS) == (words, region)


def test_a_chosen_region_stays() -> None:
    chosen = Search(words="急救 岫云县", region="990102")

    assert with_region(chosen, REGIONS) is chosen


def test_few_synonyms_of_a_word_count() -> None:
    many = {"a": [f"b{number}" for number in range(9)]}

    assert [len(words) for words in with_synonyms(["a", "c"], many)] == [6, 1]


def _shown(client: Client, path: str) -> bool:
    response = client.get(path)
    return "陈明" in (str(response.json) if response.is_json else response.text)


@pytest.mark.parametrize("path", ["/instructors?q={}", "/match?q={}", "/api/v1/instructors?q={}"])
def test_a_synonym_finds_the_topic(app: Flask, people: Cast, path: str) -> None:
    client = Client(app).language("en")

    assert _shown(client, path.format("CPR"))
    assert _shown(client, path.format("ｃｐｒ 常识"))
    assert not _shown(client, path.format("CPR 书法"))
    assert not _shown(client, path.format("理财"))


def test_the_page_of_matches_says_that_the_topic_fits(app: Flask, people: Cast) -> None:
    direct, synonym = (Client(app).get(f"/match?q={word}").text for word in ("急救", "心肺复苏"))

    assert direct.count("专题对口") == synonym.count("专题对口") > 0


@pytest.mark.parametrize("path", ["/instructors?q={}", "/match?q={}"])
def test_a_topic_and_a_place(app: Flask, people: Cast, path: str) -> None:
    client = Client(app)

    assert _shown(client, path.format("急救 听澜区"))
    assert not _shown(client, path.format("急救 观屿区"))


def test_a_named_region_can_be_left_out(app: Flask, people: Cast) -> None:
    page = Client(app).get("/match?q=急救 听澜区").text
    links = [unescape(link) for link in re.findall(r'class="chip" href="([^"]+)"', page)]

    queries = [parse_qs(urlsplit(link).query) for link in links]
    assert queries == [{"region": [DISTRICT]}, {"q": ["急救"]}]
    assert f'<option value="{DISTRICT}" selected' in page


def test_a_part_of_a_summary_finds_the_topic(app: Flask, people: Cast) -> None:
    """Chen’s topic is 家庭急救常识, its summary 从拨打急救电话说起。"""
    assert _shown(Client(app), "/instructors?q=拨打")


class TestPage:
    """Coordinators keep the list."""

    def test_adding_and_removing(self, app: Flask, people: Cast) -> None:
        client = Client(app).sign_in(WANG)

        assert client.post("/synonyms", {"word": " 救命 ", "means": "急救"}).status_code == 303

        assert "救命" in client.get("/synonyms").text
        assert _shown(client, "/instructors?q=救命")
        with app.app_context():
            added = db.session.scalars(select(Synonym).where(Synonym.word == "救命")).one().id
            recorded = AuditEntry.action == Action.SYNONYMS_CHANGED
            entry = db.session.scalars(select(AuditEntry).where(recorded)).one()
            assert entry.detail == {"change": "added", "word": "救命", "means": "急救"}
        for _twice in "12":
            assert client.post(f"/synonyms/{added}/remove").status_code == 303
        assert not _shown(client, "/instructors?q=救命")

    @pytest.mark.parametrize(
        ("word", "means", "told"),
        [
            ("", "急救", "请填写大家搜索时用的词。"),
            ("两个 词", "急救", "请只填写一个词，中间不要有空格或逗号。"),
            ("急救", "急救", "两个词相同。"),
            ("cpr", "急救", "列表中已有这一对词。"),
            ("词" * 51, "急救", "50"),
        ],
    )
    def test_what_is_wrong_is_told_and_kept(
        self, app: Flask, people: Cast, word: str, means: str, told: str
    ) -> None:
        answer = Client(app).sign_in(WANG).post("/synonyms", {"word": word, "means": means})

        assert answer.status_code == 422
        assert told in answer.text
        assert f'value="{word}"' in answer.text

    @pytest.mark.parametrize("email", [None, LI, CHEN])
    def test_nobody_else_may(self, app: Flask, people: Cast, email: str | None) -> None:
        client = Client(app)
        if email:
            client.sign_in(email)

        refused = client.post("/synonyms", {"word": "x", "means": "急救"})

        assert refused.status_code in (401, 403)
        assert COUNTY not in refused.text
        with app.app_context():
            assert db.session.scalars(select(Synonym.id).where(Synonym.word == "x")).all() == []


def test_the_list_has_an_end(app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST", 3)

    answer = Client(app).sign_in(WANG).post("/synonyms", {"word": "救命", "means": "急救"})

    assert answer.status_code == 422
    assert "3" in answer.text
