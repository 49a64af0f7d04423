"""Each rule for pages finds a page that violates it, and leaves a sound page alone."""

from __future__ import annotations

import pytest

from tests.markup.page import problems_of

PAGE = "<!doctype html>\n<html><body>{}</body></html>"

SOUND = """
<!-- <p> --><p id="a">1 &lt; 2 &amp;c. &#39;<br>2<img src=x alt=""></p>
<ul><li><label for="b">x</label><input id="b" required></li></ul>
<label>y <select name=s><option value="1" selected>1</option></select></label>
<textarea aria-label='t' aria-describedby="a b"><p></textarea><input type=hidden name=h>
<svg viewBox="0 0 1 1"><path d="M0 0"/></svg><script>if (1 < 2 && "<p>") {}</script>
"""


def test_a_sound_page_has_no_problems() -> None:
    assert problems_of(PAGE.format(SOUND)) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<div><b>1</div></b>", "</div> inside <body><div><b>"),
        ("<p>1", "</body> inside <html><body><p>"),
        ("</br>", "</br> closes nothing"),
        ("<div/></div>", "<div/> does not close itself"),
        ("<p title='a'id=b></p>", "no tag: \"<p title='a'id=b>\""),
        ("1 < 2", "no tag: '< 2'"),
        ("<p class=a class=b></p>", "<p> has class twice"),
        ("<!doctype html>", "unexpected <!doctype html>"),
        ("<p>&nosuch;</p>", "wrong character reference '&nosuch;'"),
        ("<p>&amp</p>", "wrong character reference '&amp'"),
        ("<p>1<div>2</div></p>", "<div> inside <html><body><p>"),
        ("<form><form></form></form>", "<form> in <form>"),
        ("<a href=/><button>1</button></a>", "<button> in <a> or <button>"),
        ("<ul><a href=/>1</a></ul>", "<a> directly in <ul>"),
        ("<li>1</li>", "<li> in <body>"),
        ("<img src=a>", "<img> without alt"),
        ("<a href='#'>1</a>", "<a> that leads nowhere"),
        ("<p id='a b'></p>", "id 'a b'"),
        ("<p id=a></p><p id=a></p>", "id 'a' a second time"),
        ("<label for=b>1</label>", "label[for] names 'b', which is not there"),
        (
            "<label for=b>1</label><p id=b></p>",
            "label[for] names 'b', which is no form control",
        ),
        ("<label>1</label><input aria-label=x>", "<label> without a form control"),
        ("<input id=a>", "a form control without a label: 'a'"),
        ("<label>1<input></label><select></select>", "a form control without a label: None"),
        ("<textarea></textarea>", "a form control without a label: None"),
        ("<p aria-labelledby='b'></p>", "p[aria-labelledby] names 'b', which is not there"),
        (
            "<p id=a aria-describedby='a b'></p>",
            "p[aria-describedby] names 'b', which is not there",
        ),
        ("<button form=b>1</button>", "button[form] names 'b', which is not there"),
    ],
)
def test_a_broken_page_is_found(body: str, problem: str) -> None:
    assert problems_of(PAGE.format(body))[0] == f"line 2: {problem}"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("<!doctype html><html><body>", "never closed: <html><body>"),
        ("<html></html>", "no doctype"),
        ("<!doctype html><script>", "never closed: <script>"),
        ("<!doctype html SYSTEM 'about:legacy-compat'>", "unexpected <!doctype html SYSTEM"),
    ],
)
def test_a_broken_frame_is_found(source: str, problem: str) -> None:
    (found,) = problems_of(source)
    assert found.startswith(f"line 1: {problem}")
