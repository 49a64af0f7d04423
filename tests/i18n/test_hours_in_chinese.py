"""Hours in Chinese: counted to twelve after the part of the day, which is said once."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from booking import i18n
from tests.factories import ZONE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("start", "end", "limits", "told"),
    [
        ("02T09:00", "02T11:00", (720, 1080), "上午9:00—11:00"),
        ("02T14:00", "02T15:00", (720, 1080), "下午2:00—3:00"),
        ("02T14:00", "02T15:00", (870, 1080), "下午2:00—3:00"),
        ("02T11:00", "02T13:30", (720, 1080), "上午11:00—下午1:30"),
        ("02T10:30", "02T12:00", (720, 1080), "上午10:30—中午12:00"),
        ("02T12:00", "02T12:45", (660, 1080), "中午12:00—12:45"),
        ("02T17:00", "02T19:00", (720, 1080), "下午5:00—晚上7:00"),
        ("02T22:00", "03T00:00", (720, 1080), "晚上10:00—0:00"),
        ("02T22:00", "03T01:00", (720, 1080), "晚上10:00—2026年12月3日（周四）凌晨1:00"),
    ],
)
def test_hours_of_a_lecture(
    app: Flask, start: str, end: str, limits: tuple[int, int], told: str
) -> None:
    begins, ends = (
        datetime.fromisoformat(f"2026-12-{day}").replace(tzinfo=ZONE) for day in (start, end)
    )
    with app.app_context(), force_locale("zh_Hans_CN"):
        day = "2026年12月2日（周三）"
        assert i18n.format_span(begins, ends, limits) == day + told
        assert i18n.format_instant(begins, limits) == day + told.partition("—")[0]
        # A deadline, without a part of the day.
        assert i18n.format_instant(begins) == day + i18n.format_clock(begins)


def test_the_title_of_an_error_page_says_what_happened(app: Flask) -> None:
    assert i18n.first_sentence("该地址下没有内容。页面可能已移动。") == "该地址下没有内容"
    assert i18n.first_sentence("Open 2.5 km. Then go.") == "Open 2.5 km"
    page = app.test_client().get("/nothing/here").text
    assert "<title>该地址下没有内容 · 约课</title>" in page


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh_Hans_CN", ["", "—", "—"]), ("en", [" ", "–", " – "])],
)
def test_what_stands_between_sentences_hours_and_days(
    language: str, told: list[str], app: Flask
) -> None:
    with app.test_request_context("/"), force_locale(language):
        assert [i18n.space(), i18n.dash(), i18n.dash(spaced=True)] == told
