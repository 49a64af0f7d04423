"""Names as a person types them: each reading finds the entry, and lists are in their order."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import factories
from tests.browser import Client
from tests.entries import keeping
from tests.factories import Cast

NAMES = [
    ("曾明亮", "", ("zengmingliang", "cengmingliang", "zml", "cml", "曾明")),
    ("吕青", "", ("lvqing", "luqing", "lq", "吕")),
    ("单小禾", "", ("shanxiaohe", "danxiaohe", "chanxiaohe")),
    ("单小禾", "dān xiǎo hé", ("danxiaohe", "shanxiaohe", "dxh")),
    ("尉迟望舒", "", ("yuchiwangshu", "ycws")),
    ("任行", "rén háng", ("renhang", "rh")),
    ("阿丽亚·库尔班", "", ("aliya", "kuerban", "库尔班")),
    ("何𬱖", "", ("hedi", "𬱖")),
    ("陈䶮", "", ("chenyan", "䶮")),
    ("绿原", "lü yuan", ("lvyuan", "luyuan")),
]


@pytest.mark.parametrize(("name", "reading", "words"), NAMES)
def test_every_reading_finds_who_was_renamed(
    app: Flask, people: Cast, name: str, reading: str, words: tuple[str, ...]
) -> None:
    chen = Client(app).language("en").sign_in(factories.CHEN)
    there = f"/entries/{people.chen.id}"
    saved = chen.post(f"{there}/name", {"name": name, "reading": reading})
    assert saved.status_code == 303
    assert {word: keeping.searched(app, word) for word in words} == {
        word: [str(people.chen.id)] for word in words
    }
    assert keeping.searched(app, "chenming") == []
    assert f'value="{name}"' in chen.get(f"{there}/name").text


def test_the_page_tells_all_readings(app: Flask, people: Cast) -> None:
    chen = Client(app).language("en").sign_in(factories.CHEN)
    there = f"/entries/{people.chen.id}"
    chen.post(f"{there}/name", {"name": "曾绿", "reading": ""})
    page = chen.get(f"{there}/name").text
    assert "zeng lv · ceng lv" in page
    assert "zenglv · zenglu · cenglv · cenglu" in page


@pytest.mark.parametrize("reading", ["zeng1 liang", "曾 liang", "zeng/liang", "<b>"])
def test_what_is_no_reading_is_refused(app: Flask, people: Cast, reading: str) -> None:
    chen = Client(app).sign_in(factories.CHEN)
    answer = chen.post(f"/entries/{people.chen.id}/name", {"name": "曾亮", "reading": reading})
    assert (answer.status_code, keeping.rows(app, people.chen.id)) == (422, [])
