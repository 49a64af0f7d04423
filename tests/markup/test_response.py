"""The client of the tests fails at wrong HTML, unless a test says that it wants it."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from tests.browser import Client

WRONG = "<!doctype html><p>"


@pytest.fixture
def app() -> Flask:
    """An application with a wrong page, one that changes, and wrong HTML that is not a page."""
    made = Flask(__name__)
    bodies = iter([f"<!doctype html><p>{'x' * n}</p>" for n in range(2)] + [WRONG])
    made.add_url_rule("/wrong", "wrong", lambda: WRONG, methods=["GET", "POST"])
    made.add_url_rule("/changing", "changing", lambda: next(bodies))
    made.add_url_rule("/text", "text", lambda: Response(WRONG, mimetype="text/plain"))
    made.add_url_rule("/moved", "moved", lambda: Response(WRONG, 302, {"Location": "/wrong"}))
    made.add_url_rule("/missing", "missing", lambda: Response(WRONG, 404))
    return made


@pytest.mark.parametrize("path", ["/wrong", "/missing"])
def test_a_wrong_page_fails_each_time(app: Flask, path: str) -> None:
    browser = Client(app)
    for _ in range(2):
        with pytest.raises(AssertionError, match=f"wrong HTML after GET http://localhost{path}"):
            browser.get(path)
    with pytest.raises(AssertionError, match="wrong HTML after GET"):
        browser.flask.get(path)


def test_a_wrong_page_after_a_form_fails(app: Flask) -> None:
    with pytest.raises(AssertionError, match="wrong HTML after POST http://localhost/wrong"):
        Client(app).post("/wrong", csrf=False)


def test_a_page_that_changes_is_checked_again(app: Flask) -> None:
    browser = Client(app)
    browser.get("/changing")
    browser.get("/changing")
    with pytest.raises(AssertionError, match="never closed: <p>"):
        browser.get("/changing")


@pytest.mark.parametrize("path", ["/text", "/moved"])
def test_what_no_browser_displays_as_a_page_is_left_out(app: Flask, path: str) -> None:
    assert Client(app).get(path).text == WRONG


def test_the_head_of_a_page_is_left_out(app: Flask) -> None:
    assert Client(app).flask.head("/wrong").status_code == 200


def test_a_test_can_ask_for_a_wrong_page(app: Flask) -> None:
    assert Client(app, checks_html=False).get("/wrong").text == WRONG


def test_a_form_that_is_sent_by_post_has_a_token() -> None:
    form = '<form method="post" action="/form">{}</form>'
    head = '<!doctype html><html lang="en"><head><title>A</title></head><body>'
    made = Flask(__name__)
    bodies = [form.format(""), form.format('<input type="hidden" name="csrf_token" value="1">')]
    answers = iter(f"{head}{body}</body></html>" for body in bodies)
    made.add_url_rule("/form", "form", lambda: next(answers), methods=["GET", "POST"])

    with pytest.raises(AssertionError, match="has no CSRF token"):
        Client(made).get("/form")
    assert Client(made).get("/form").status_code == 200
