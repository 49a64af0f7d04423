"""The page of the audit log: who may open it, what it finds, and that opening it is recorded."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from booking import audit
from booking.audit import Action, SubjectKind
from booking.db import unit_of_work
from booking.oversight import words
from tests.audit_log import entries, last_id
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, NOW, PASSWORD, ROOT, WANG, Cast

_LINE = re.compile(r'<li class="audit-line">(.*?)</li>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def lines(page: str) -> list[str]:
    """The entries of a page as somebody reads them, without their times."""
    return [
        " ".join(unescape(_TAG.sub(" ", re.sub(r"<time.*?</time>", "", one))).split())
        for one in _LINE.findall(page)
    ]


@pytest.fixture
def root(app: Flask, people: Cast) -> Client:
    """The administrator, in English."""
    return Client(app).sign_in(ROOT).language("en")


@pytest.mark.parametrize(("email", "status"), [(LI, 403), (CHEN, 403), (WANG, 403), (ROOT, 200)])
def test_only_administrators_open_it(app: Flask, people: Cast, email: str, status: int) -> None:
    browser = Client(app).sign_in(email)

    assert browser.get("/audit").status_code == status
    assert ('href="/audit"' in browser.get("/manage").text) is (status == 200)


def test_nobody_else_learns_of_it(client: Client, people: Cast) -> None:
    assert client.get("/audit").location == "/login?next=/audit"


def test_opening_it_is_recorded_once_and_turning_pages_is_not(
    app: Flask, people: Cast, root: Client
) -> None:
    start = last_id(app)

    root.get("/audit?person=li%40example.org&action=sign_in")
    root.get("/audit?before=3")

    found = entries(app, after=start)
    assert [(one.action, one.actor_id, one.detail) for one in found] == [
        (Action.AUDIT_READ, people.root, {"action": "sign_in", "person": "l***@example.org"})
    ]


def test_what_happened_is_told(app: Flask, root: Client, client: Client) -> None:
    client.sign_in(LI)
    for _again in range(2):
        client.sign_out()
        client.post("/login", {"email": "nobody@example.net", "password": PASSWORD})

    told = lines(root.get("/audit").text)

    assert len({one for one in told if one.startswith("Sign-in refused · Unknown address")}) == 1
    assert "Signed in · Account: 李红" in told[4] or any("Signed in" in one for one in told)
    assert "example.net" not in " ".join(told)


class TestFilters:
    """By day, action and person."""

    def test_by_action(self, app: Flask, root: Client, client: Client) -> None:
        client.sign_in(LI)

        told = lines(root.get("/audit?action=sign_in").text)

        assert len(told) == 2
        assert all(one.startswith("Signed in") for one in told)

    def test_by_person_with_tries_to_sign_in_with_the_address(
        self, app: Flask, root: Client, client: Client
    ) -> None:
        client.post("/login", {"email": "nobody@example.net", "password": PASSWORD})
        client.post("/login", {"email": LI, "password": "wrong one, really"})

        nobody = lines(root.get("/audit?person=nobody%40example.net").text)
        li = lines(root.get(f"/audit?person={LI}&action=sign_in_failed").text)

        assert [one.split(" · ")[0] for one in nobody] == ["Sign-in refused"]
        assert len(li) == 1

    def test_by_days_of_the_installations_zone(self, app: Flask, root: Client, time: Time) -> None:
        time.now = NOW + timedelta(days=1, hours=14)  # 00:00 of the second day after, in Shanghai
        with app.app_context(), unit_of_work() as session:
            audit.record(session, Action.DAYS_IMPORTED)

        day = "2026-11-25"
        found = lines(root.get(f"/audit?first={day}&last={day}&action=days_imported").text)
        before = lines(root.get("/audit?last=2026-11-24&action=days_imported").text)

        assert (len(found), before) == (1, [])

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ("first=2026-11-25&last=2026-11-24", "The last day is before the first."),
            ("first=9999-01-01", "Choose a day between the years 2000 and 2199."),
            ("first=yesterday", "Not a valid date value."),
            ("action=nothing", "Not a valid choice."),
            (f"person={'x' * 121}", "Field cannot be longer than 120 characters."),
        ],
    )
    def test_what_cannot_be_looked_for_is_said_at_its_field(
        self, app: Flask, root: Client, query: str, sentence: str
    ) -> None:
        start = last_id(app)

        page = root.get(f"/audit?{query}")

        assert (page.status_code, sentence in page.text, lines(page.text)) == (422, True, [])
        assert entries(app, after=start) == []

    @pytest.mark.parametrize("before", ["x", "-1", "0", "99999999999999999999"])
    def test_any_number_of_a_page_is_survived(self, root: Client, before: str) -> None:
        assert root.get(f"/audit?before={before}").status_code == 200

    def test_nothing_fits(self, root: Client) -> None:
        page = root.get("/audit?first=2001-01-01&last=2001-01-02").text

        assert "No entry fits. Choose a longer time or fewer conditions." in page


def test_pages_follow_each_other_without_gaps(app: Flask, root: Client) -> None:
    with app.app_context(), unit_of_work() as session:
        for number in range(120):
            audit.record(session, Action.DAYS_IMPORTED, detail={"rows": number})
    seen, address = [], "/audit?action=days_imported"
    while address:
        page = root.get(address).text
        seen += lines(page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(found[1]) if found else ""

    assert [int(one.split("rows: ")[1].split()[0]) for one in seen] == list(range(119, -1, -1))


def test_every_action_and_fact_is_worded() -> None:
    assert set(words.ACTIONS) == set(Action)
    assert set(words.KINDS) == set(SubjectKind)
