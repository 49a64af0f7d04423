"""The report of an import leads on to the invitations of all of its people, however many."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from booking.members.invitations import queries
from tests.browser import Client
from tests.factories import SUN, WANG, Cast
from tests.register.uploads import rows, sheet, text_of, upload

PEOPLE = 120


def _invitations(browser: Client) -> tuple[str, str]:
    """(the address of the report, that of the invitations to which it leads)."""
    done = browser.post(upload(browser, sheet(rows(PEOPLE)))[1])
    found = re.search(r'href="(/people/invite-several\?[^"]+)"', browser.get(done.location).text)
    assert found is not None
    return str(done.location), found[1]


def test_all_people_of_an_import_are_invited(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client(app).language("en").sign_in(WANG)
    _report, there = _invitations(browser)
    monkeypatch.setattr(queries, "MOST_AT_ONCE", 100)

    page = browser.get(there)

    assert f"{PEOPLE} instructors" in text_of(page.text)
    ids = re.findall(r'name="instructor_id"[^>]* value="(\d+)"', page.text)
    assert len(ids) == 100
    key = there.partition("import=")[2]
    cards = browser.post("/people/invite-several", {"instructor_id": ids, "import": key})
    assert cards.status_code == 200
    assert f'href="{there}"' in cards.text  # Back to those who are left.
    assert f"{PEOPLE - 100} instructors" in text_of(browser.get(there).text)
    assert Client(app).sign_in(SUN).get(there).status_code == 404


def test_an_import_that_was_undone_invites_nobody(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en").sign_in(WANG)
    report, there = _invitations(browser)
    browser.post(report.replace("/report", "/undo"))
    assert "Every instructor here has an account" in browser.get(there).text


def test_numbers_that_are_left_out_are_no_error(app: Flask, people: Cast) -> None:
    browser = Client(app).language("en").sign_in(WANG)
    page = browser.get(upload(browser, sheet(rows(3)))[1]).text
    [notice] = re.findall(r'<div class="notice ([\w-]+)">\s*Column', page)
    assert notice == "notice-plain"
