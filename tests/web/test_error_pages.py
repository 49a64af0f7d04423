"""Each error has a page, in both languages, with all headers, whatever else is broken."""

from __future__ import annotations

import logging
import re
from typing import NoReturn

import pytest
from flask import Flask, abort
from werkzeug.exceptions import default_exceptions

from booking.accounts.guards import requires
from booking.web import error_pages, pages
from tests.browser import Client
from tests.factories import CHEN, Cast

CODES = sorted(default_exceptions)
HEADERS = {
    "Content-Security-Policy": pages.CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


pytestmark = pytest.mark.own_application


@pytest.fixture
def broken(app: Flask) -> Flask:
    """The product with a page for each error, and one that crashes."""

    @app.route("/broken/<int:code>", methods=["GET", "POST"])
    @requires("public")
    def error(code: int) -> NoReturn:
        abort(code)

    @app.get("/crash")
    @requires("public")
    def crash() -> NoReturn:
        raise RuntimeError("a defect")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def _without_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_names: object, **_values: object) -> NoReturn:
        raise RuntimeError("the menu cannot be made")

    monkeypatch.setattr(error_pages, "render_template", fail)


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("menu", [True, False])
def test_every_error_has_a_page(
    broken: Flask, monkeypatch: pytest.MonkeyPatch, language: str, menu: bool
) -> None:
    browser = Client(broken).language(language)
    if not menu:
        _without_menu(monkeypatch)
    told = {"zh_Hans_CN": r"[\u4e00-\u9fff]", "en": r"[A-Za-z]"}[language]
    for path, status in [*((f"/broken/{code}", code) for code in CODES), ("/crash", 500)]:
        answer = browser.get(path)
        title = re.search(r"<h1>(.*?)</h1>", answer.text)

        assert (path, answer.status_code) == (path, status)
        assert answer.content_type == "text/html; charset=utf-8"
        assert title is not None
        assert re.match(told, title[1]), (path, title[1])
        assert ('class="site-nav"' in answer.text) is menu
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_menu_that_cannot_be_made_is_logged(
    broken: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _without_menu(monkeypatch)

    assert broken.test_client().get("/broken/404").status_code == 404

    assert [one.exc_info is not None for one in caplog.records] == [True]


def test_the_plain_page_finds_its_styles(app: Flask) -> None:
    browser = Client(app)
    page = browser.post("/login", csrf=False, headers={"Sec-Fetch-Site": "cross-site"}).text

    styles = re.findall(r'<link rel="stylesheet" href="(.*?)"', page)

    assert page.startswith("<!doctype html>")
    assert len(styles) == 2
    assert {browser.get(one).status_code for one in styles} == {200}


@pytest.mark.parametrize(
    "path",
    ["/", "/login", "/static/app.css", "/static/nothing", "/nothing", "/api/v1/instructors",
     "/api/v1/nothing", "/feed/x.ics", "/lectures/1", "/api/v1/openapi.json"],
)  # fmt: skip
def test_every_answer_has_the_headers(app: Flask, path: str) -> None:
    for answer in (Client(app).get(path), Client(app).post(path, csrf=False)):
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS | {
            "Referrer-Policy": answer.headers["Referrer-Policy"]
        }
        denied = answer.headers["Permissions-Policy"].split(", ")
        assert {"camera=()", "microphone=()", "geolocation=()", "payment=()"} <= set(denied)
        assert "Strict-Transport-Security" not in answer.headers


class TestHttps:
    """With an https address browsers are told to use nothing else."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        """A public address."""
        return {"BASE_URL": "https://yueke.example.org"}

    @pytest.mark.parametrize("path", ["/", "/static/app.css", "/nothing", "/api/v1/nothing"])
    def test_every_answer_says_so(self, app: Flask, path: str) -> None:
        browser = Client(app)
        for answer in (browser.get(path), browser.get(path, headers={"Host": "evil.example"})):
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"

    def test_who_hides_the_referer_can_sign_in(self, app: Flask, people: Cast) -> None:
        """The library wants one on https; where a form comes from is checked otherwise."""
        browser = Client(app)
        secure = {"base_url": "https://yueke.example.org"}
        token = re.search(
            r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/login", **secure).text
        )
        assert token is not None
        form = {"email": CHEN, "password": "wrong", "csrf_token": token[1]}

        answer = browser.flask.post("/login", data=form, **secure)

        assert answer.status_code == 422


def test_errors_log_nothing_for_what_visitors_do(
    broken: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    for code in (400, 403, 404, 405, 413, 429):
        broken.test_client().get(f"/broken/{code}")

    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []
