"""Links and forms of a page must lead to a route that allows their method, or to an id."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.markup.page import Page
from tests.markup.targets import Routes, check

URL = "http://localhost/things/1"
SOUND = """<!doctype html>
<a href="#a">1</a><p id="a"></p><a href="#top">2</a><a href="/things/1?b=c#d">3</a>
<a href="?page=2">4</a><a href="2">5</a><a href="http://localhost/things/3">6</a>
<a href="https://example.org/nowhere">7</a><a href="mailto:a@example.org">8</a>
<a href="/words/%E6%80%A5%20a">9</a>
<form><button>1</button></form><form method="post" action="/things"><button>2</button>
<button formaction="/things/1" formmethod="get">3</button></form>
<form method="dialog"></form>
"""


@pytest.fixture
def routes() -> Routes:
    """Things that can be read, and a list to which one can be added."""
    app = Flask(__name__)
    for rule, methods in (
        ("/things/<int:number>", ["GET"]),
        ("/things", ["POST"]),
        ("/words/<word>", ["GET"]),
        ("/folder/", ["GET"]),
    ):
        app.add_url_rule(rule, rule, methods=methods)
    return Routes(app)


def _problems(source: str, routes: Routes, url: str = URL, root: str = "") -> list[str]:
    page = Page(source)
    check(page, routes, url, root)
    return page.problems


def test_sound_targets(routes: Routes) -> None:
    assert _problems(SOUND, routes) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<a href='#b'>1</a>", "link to '#b', which is not on the page"),
        ("<a href='/nothing'>1</a>", "GET /nothing is no route"),
        ("<a href='/things/x'>1</a>", "GET /things/x is no route"),
        ("<a href='x'>1</a>", "GET /things/x is no route"),
        ("<a href='http://localhost/nothing'>1</a>", "GET /nothing is no route"),
        ("<a href='/things'>1</a>", "GET /things is a route that does not allow it"),
        ("<a href='/folder'>1</a>", "GET /folder is redirected to http://localhost/folder/"),
        ("<a href='javascript:x'>1</a>", "link to the scheme 'javascript'"),
        ("<img src='/x.png' alt=''>", "GET /x.png is no route"),
        ("<link href='/x.css'>", "GET /x.css is no route"),
        ("<script src='/x.js'></script>", "GET /x.js is no route"),
        ("<form action='/nothing'></form>", "GET /nothing is no route"),
        ("<form method=post></form>", "POST /things/1 is a route that does not allow it"),
        (
            "<form method=post action='/things'><button formaction='/things/1'>1</button></form>",
            "POST /things/1 is a route that does not allow it",
        ),
        (
            "<form id=a method=post action='/things'></form>"
            "<button form=a formaction='/things/1'>1</button>",
            "POST /things/1 is a route that does not allow it",
        ),
        (
            "<form action='/things/1'><button formmethod=post>1</button></form>",
            "POST /things/1 is a route that does not allow it",
        ),
    ],
)
def test_a_wrong_target_is_found(body: str, problem: str, routes: Routes) -> None:
    assert _problems(f"<!doctype html>{body}", routes) == [f"line 1: {problem}"]


def test_links_stay_below_the_root_of_the_application(routes: Routes) -> None:
    page = "<!doctype html><a href='/a/things/1'>1</a><a href='/things/1'>2</a>"
    (problem,) = _problems(page, routes, "http://localhost/a/things/1", "/a")
    assert problem == "line 1: GET /things/1 is not below the root"
