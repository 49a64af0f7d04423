"""The checker of pages can find what it looks for."""

from __future__ import annotations

import pytest

from tests.chromium.html_check import problems_of

PAGE = "<!doctype html>\n<html><body>{}</body></html>"


def test_a_sound_page_has_no_problems() -> None:
    body = '<p id="a">1<br>2</p><ul><li><label for="b">x</label><input id="b"></li></ul>'
    assert problems_of(PAGE.format(body)) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<div><b>1</div></b>", "line 2: </div> inside <body><div><b>"),
        ("<p>1<div>2</div></p>", "line 2: <div> inside <html><body><p>"),
        ("<p id=a></p><p id=a></p>", "line 2: id 'a' a second time"),
        ("<label for=b>1</label>", "line 2: label[for] names 'b', which is not there"),
        ("<form><form></form></form>", "line 2: <form> in <form>"),
        ("<a href=/><button>1</button></a>", "line 2: <button> in <a> or <button>"),
        ("<ul><a href=/>1</a></ul>", "line 2: <a> directly in <ul>"),
        ("<p class=a class=b></p>", "line 2: <p> has class twice"),
        ("<li>1</li>", "line 2: <li> in <body>"),
        ("<img src=a>", "line 2: <img> without alt"),
        ("<div/></div>", "line 2: <div/> does not close itself"),
        ("<p>1", "line 2: </body> inside <html><body><p>"),
    ],
)
def test_a_broken_page_is_found(body: str, problem: str) -> None:
    assert problems_of(PAGE.format(body))[0] == problem


def test_a_page_that_never_ends_is_found() -> None:
    assert problems_of("<!doctype html><html><body>") == ["line 1: never closed: <html><body>"]
