"""The text pages: defaults, Markdown made safe, versions, preview."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from booking.administration.texts.engine.markdown import html
from booking.administration.texts.engine.pages import LONGEST, TextPage
from booking.administration.texts.models import TextVersion
from booking.db import db
from tests.browser import Client
from tests.conftest import Time
from tests.factories import LI, ROOT, WANG, Cast

PRIVACY = "/manage/texts/privacy/en"
TAG = re.compile(r"<(\w+)([^>]*)>")


@pytest.fixture
def root(app: Flask, people: Cast) -> Client:
    """The administrator, in English."""
    return Client(app).sign_in(ROOT).language("en")


def versions(app: Flask) -> list[tuple[str, str, str, str]]:
    with app.app_context():
        rows = db.session().scalars(select(TextVersion).order_by(TextVersion.id))
        return [(row.page.value, row.language, row.body, row.changed_by) for row in rows]


@pytest.mark.parametrize("page", TextPage)
def test_everybody_reads_them_in_both_languages(client: Client, page: TextPage) -> None:
    home = client.get("/").text
    assert f'href="/{page}"' in home
    chinese = client.get(f"/{page}")
    english = client.language("en").get(f"/{page}")
    assert (chinese.status_code, english.status_code) == (200, 200)
    assert chinese.text.count("<p>") == english.text.count("<p>") >= 3
    assert "讲师" in client.language("zh_Hans_CN").get("/about").text


@pytest.mark.parametrize(("email", "status"), [(LI, 403), (WANG, 403), (ROOT, 200)])
def test_only_administrators_write(app: Flask, people: Cast, email: str, status: int) -> None:
    browser = Client(app).sign_in(email)
    assert browser.get("/manage/texts").status_code == status
    assert browser.get(PRIVACY).status_code == status
    if status == 403:
        assert browser.post(PRIVACY, {"body": "x"}).status_code == 403
        assert browser.post("/manage/texts/versions/1/restore").status_code == 403


def test_versions_are_kept_and_put_back(app: Flask, root: Client, time: Time) -> None:
    assert root.post(PRIVACY, {"body": "## We keep\r\n\r\n- **names**\r\n"}).location == PRIVACY
    page = root.get("/privacy").text
    assert "<h3>We keep</h3>" in page
    assert "<li><strong>names</strong></li>" in page
    root.post(PRIVACY, {"body": "Nothing."})
    root.post(PRIVACY, {"body": "Nothing."})
    kept = [("privacy", "en", "## We keep\n\n- **names**", "管理员"),
            ("privacy", "en", "Nothing.", "管理员")]  # fmt: skip
    assert versions(app) == kept
    # The Chinese page is its own.
    assert "Nothing." not in root.language("zh_Hans_CN").get("/privacy").text

    root.language("en").post("/manage/texts/versions/1/restore")
    assert versions(app) == [*kept, kept[0]]
    assert "<h3>We keep</h3>" in root.get("/privacy").text
    root.post(PRIVACY, {"body": "  "})
    assert versions(app)[-1] == ("privacy", "en", "", "管理员")
    assert "Telephone numbers" in root.get("/privacy").text
    assert (
        root.get("/audit?action=text_changed").text.count(
            "page: Privacy notice · language: English"
        )
        == 4
    )


def test_the_default_is_no_version(app: Flask, root: Client) -> None:
    found = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", root.get(PRIVACY).text, re.DOTALL)
    assert found is not None
    root.post(PRIVACY, {"body": unescape(found[1])})
    assert versions(app) == []


def test_a_preview_saves_nothing(app: Flask, root: Client) -> None:
    response = root.post(PRIVACY, {"body": "## Soon\n<script>alert(1)</script>", "preview": "1"})
    assert response.status_code == 200
    assert "<h3>Soon</h3>" in response.text
    assert "&lt;script&gt;alert(1)" in response.text
    assert versions(app) == []


def test_a_long_text_is_refused_and_stays(app: Flask, root: Client) -> None:
    response = root.post(PRIVACY, {"body": "a" * (LONGEST + 1)})
    assert response.status_code == 422
    assert "a" * (LONGEST + 1) in response.text
    assert versions(app) == []


@pytest.mark.parametrize(
    "path", ["/manage/texts/terms/en", "/manage/texts/privacy/fr", "/manage/texts/PRIVACY/en"]
)
def test_other_pages_do_not_exist(root: Client, path: str) -> None:
    assert root.get(path).status_code == 404
    assert root.post(path, {"body": "x"}).status_code == 404
    assert root.post("/manage/texts/versions/99/restore").status_code == 404


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ("a\n\nb", "<p>a</p>\n<p>b</p>\n"),
        ("# a", "<h2>a</h2>\n"),
        ("###### a", "<h6>a</h6>\n"),
        ("a\nb", "<p>a<br>\nb</p>\n"),
        (
            "[a](https://example.org)",
            '<p><a href="https://example.org" rel="noopener noreferrer">a</a></p>\n',
        ),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>\n"),
        ("<b onclick=x>a</b>", "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>\n"),
        ("![a](https://example.org/a.png)", None),
    ],
)
def test_markdown_is_safe(body: str, made: str | None) -> None:
    text = str(html(body))
    assert "<img" not in text
    if made is not None:
        assert text == made


@given(st.text(alphabet="<>&\"'[]()!*#-_`\n ahrefjvscipt:/=on", max_size=80))
def test_only_known_elements_come_out(body: str) -> None:
    allowed = set("p br h2 h3 h4 h5 h6 ul ol li strong em code pre blockquote hr a".split())
    for tag, attributes in TAG.findall(str(html(body))):
        assert tag in allowed
        names = set(re.findall(r'(\w+)="', re.sub(r'"[^"]*"', '""', attributes)))
        assert names <= {"href", "rel"}
        assert "javascript:" not in attributes.lower()
