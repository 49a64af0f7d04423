"""The switch of colours: a link that sets a cookie, for every page."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.browser import Client

CROSS = {"Sec-Fetch-Site": "cross-site"}


def _theme(answer: TestResponse) -> tuple[str | None, str]:
    """The attribute for Bootstrap, and what the browser is told before there are styles."""
    attribute = re.search(r'<html [^>]*data-bs-theme="(\w+)"', answer.text)
    scheme = re.search(r'<meta name="color-scheme" content="([\w ]+)">', answer.text)
    assert scheme is not None
    return attribute and attribute[1], scheme[1]


@pytest.mark.parametrize(
    ("choice", "told"), [("light", ("light", "light")), ("dark", ("dark", "dark"))]
)
def test_a_choice_holds_for_all_pages_until_the_system_is_followed(
    app: Flask, choice: str, told: tuple[str, str]
) -> None:
    browser = Client(app).language("en")
    assert _theme(browser.get("/")) == (None, "light dark")

    answer = browser.get(f"/theme/{choice}?next=/instructors?q=x")

    assert (answer.status_code, answer.location) == (302, "/instructors?q=x")
    for path in ("/", "/nothing"):
        assert _theme(browser.get(path)) == told
    # A page without menu and session.
    assert _theme(browser.post("/login", csrf=False, headers=CROSS)) == told
    browser.get("/theme/system")
    assert _theme(browser.get("/")) == (None, "light dark")


def test_the_footer_has_the_choice(app: Flask) -> None:
    browser = Client(app)
    browser.get("/theme/dark")
    links = re.findall(
        r'<a href="(/theme/[^"]+)"[^>]*?( aria-current="true")?>(\w+)</a>',
        browser.get("/match").text,
    )
    assert links == [
        ("/theme/system?next=/match", "", "跟随系统"),
        ("/theme/light?next=/match", "", "浅色"),
        ("/theme/dark?next=/match", ' aria-current="true"', "深色"),
    ]


def test_other_values_change_nothing(app: Flask) -> None:
    browser = Client(app)
    assert browser.get("/theme/pink").status_code == 404
    assert browser.get("/theme/dark?next=https://evil.example").location == "/"
    browser.flask.set_cookie("theme", '"><script>')
    assert _theme(browser.get("/")) == (None, "light dark")


def test_the_cookie_lasts_a_year_and_scripts_cannot_read_it(app: Flask) -> None:
    cookie = Client(app).get("/theme/dark").headers["Set-Cookie"]
    parts = set(cookie.split("; "))
    assert {"theme=dark", "Max-Age=31536000", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert "Secure" not in parts


class TestHttps:
    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"BASE_URL": "https://yueke.example.org"}

    def test_the_cookie_needs_https(self, app: Flask) -> None:
        answer = Client(app).get("/theme/dark", base_url="https://yueke.example.org")
        assert "; Secure" in answer.headers["Set-Cookie"]
