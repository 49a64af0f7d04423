"""Requests of those who are no administrators: they change no setting and no text."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.settings.engine.declarations import ALL, GROUPS, MAIL
from tests.browser import Client
from tests.counting import row_counts
from tests.factories import CHEN, LI, ROOT, WANG, Cast

FORMS: dict[str, dict[str, str]] = {
    **{
        f"/manage/settings/{group.name}": {one.name: str(one.default) for one in group.settings}
        for group in GROUPS
    },
    **{f"/manage/settings/{name}/default": {} for name in ALL},
    "/manage/mail": {one.name: str(one.default) for one in MAIL.settings}
    | {"mail_server": "evil.example.org", "recipient": "evil@example.org", "test": "1"},
    "/manage/texts/privacy/en": {"body": "evil"},
    "/manage/texts/versions/1/restore": {},
}


@pytest.mark.parametrize("email", [None, LI, CHEN, WANG])
def test_nobody_else_changes_anything(app: Flask, people: Cast, email: str | None) -> None:
    root = Client(app).sign_in(ROOT)
    root.post("/manage/settings/site", {"site_name": "平台", "contact_line": "办公室"})
    root.post("/manage/texts/privacy/en", {"body": "Ours."})
    browser = Client(app) if email is None else Client(app).sign_in(email)
    before = row_counts(app)
    for path, typed in FORMS.items():
        answer = browser.post(path, typed)
        # Who is not signed in gets what was typed again, to sign in first.
        assert answer.status_code in ((302, 401) if email is None else (403,)), path
    assert row_counts(app) == before
    assert "Ours." in Client(app).language("en").get("/privacy").text
    assert "平台" in Client(app).get("/").text


def test_without_a_token_of_the_session_nothing_is_changed(app: Flask, people: Cast) -> None:
    root = Client(app).sign_in(ROOT)
    before = row_counts(app)
    for path, typed in FORMS.items():
        assert root.post(path, typed, csrf=False).status_code == 400, path
    assert row_counts(app) == before
