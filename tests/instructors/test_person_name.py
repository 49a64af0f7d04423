"""An instructor's name on pages: a form of address in Chinese, pinyin beside it in English."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.db import unit_of_work
from booking.instructors.models import Instructor
from tests.browser import Client
from tests.factories import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGES = ("/instructors", "/match?q=急救")


@pytest.mark.parametrize("path", PAGES)
def test_english_pages_have_the_pinyin(app: Flask, people: Cast, path: str) -> None:
    page = Client(app).language("en").get(path).text
    assert page.count('<span lang="zh-CN">陈明</span> Chen Ming') == 1
    assert "老师" not in page


@pytest.mark.parametrize("path", PAGES)
def test_chinese_pages_have_the_form_of_address_only(app: Flask, people: Cast, path: str) -> None:
    page = Client(app).get(path).text
    assert page.count("陈明老师") == 1
    assert "Chen" not in page


def test_the_reading_that_somebody_gives_is_shown(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(Instructor, people.chen.id).name_pinyin = "shěn míng"
    page = Client(app).language("en").get("/instructors").text
    assert '<span lang="zh-CN">陈明</span> Shen Ming' in page
