"""The style guide shows every component, in development only."""

from __future__ import annotations

import re

import pytest
from flask import Flask

import config
from tests.browser import Client

COMPONENTS = config.ROOT / "booking" / "templates" / "components"
ELSEWHERE = {
    "nav.html": "in the frame of every page",
    "theme.html": "in the frame of every page",
    "board.html": "on the coordinator's board",
    "orders.html": "on the pages of orders",
    "nominations.html": "on the pages of nominations",
    "contacts.html": "on the pages of contacts",
    "checklist.html": "on the page of all that is kept",
    "sign_in.html": "in the booking form of somebody who is not signed in",
    "typed.html": "on the page of an expired sign-in",
    "regions.html": "options of a select",
    "fields.html": "options of a select",
    "times.html": "on the pages where a time is chosen",
    "week.html": "on the pages where hours are edited",
}
"""Components that the style guide leaves out, and where they are seen."""


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_style_guide_is_sound(app: Flask, language: str) -> None:
    client = Client(app).language(language)
    page = client.get("/styleguide")
    assert page.status_code == 200
    assert page.text.count('id="error-summary"') == 1
    assert "<title>" + ("错误：" if language != "en" else "Error: ") in page.text

    sent = client.post("/styleguide", {"plain-place": "x"})
    assert (sent.status_code, sent.location) == (303, "/styleguide")


@pytest.mark.parametrize(
    ("part", "there"),
    [
        ("month", 'class="month-day month-free"'),
        ("month&day=2000-01-01", 'class="day-why"'),
        ("month-form", '<button form="booking" formaction='),
        ("month-full", "No free time is open for booking at present."),
        ("month-unopened", "This instructor is not open for booking yet."),
        ("calendar", 'class="cal cal-month"'),
        ("calendar&view=week", 'class="cal cal-week"'),
        ("calendar&view=list", 'class="cal cal-list"'),
    ],
)
def test_months_and_calendars_are_shown_in_every_state(app: Flask, part: str, there: str) -> None:
    page = Client(app).language("en").get(f"/styleguide?part={part}")

    assert (page.status_code, there in page.text) == (200, True)
    assert ('<dl class="summary-bar"' in page.text) == part.startswith("month")


class TestProduction:
    """An installation that is open to the public."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        """What production requires."""
        return {
            "APP_ENV": "production",
            "SMTP_URL": "smtp://localhost:25",
            "MAIL_FROM": "yueke@yueke.example.org",
            "BASE_URL": "https://yueke.example.org",
            "SECRET_KEY": "Zk3vQ9_pX7mT2wLr8dYcB5nHs6JgFa4eUo1iRxVtKq0",
        }

    def test_it_has_no_style_guide(self, app: Flask) -> None:
        headers = {"Host": "yueke.example.org"}
        answers = {
            path: app.test_client().get(path, headers=headers).status_code
            for path in ("/styleguide", "/login")
        }
        assert answers == {"/styleguide": 404, "/login": 200}


def test_the_style_guide_uses_every_component() -> None:
    folder = config.ROOT / "booking" / "templates" / "styleguide"
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.html"))
    shown = set(re.findall(r'"components/(\w+\.html)"', source))
    there = {path.name for path in COMPONENTS.glob("*.html")}
    assert there == shown | set(ELSEWHERE)
    assert shown & set(ELSEWHERE) == set()


def test_a_component_shows_its_use() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in COMPONENTS.glob("*.html")}
    silent = {name for name, source in sources.items() if not source.lstrip().startswith("{#")}
    assert silent == set()
