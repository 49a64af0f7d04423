"""The pages of settings: who may open them, what is kept, refused, and put back."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from booking.db import db
from booking.settings.models import StoredSetting
from tests.browser import Client
from tests.factories import CHEN, LI, ROOT, WANG, Cast
from tests.markup.language import without_marks

_PAIR = re.compile(
    r'scope="row">(.*?)</th><td role="cell">'
    r'<strong>(.*?)</strong> <span class="quiet">(.*?)</span>',
    re.DOTALL,
)


def shown(page: str) -> dict[str, tuple[str, str]]:
    """Label, value and state of each setting on the overview."""
    found = _PAIR.findall(without_marks(page))
    return {
        unescape(label): (unescape(value), " ".join(state.split())) for label, value, state in found
    }


@pytest.fixture
def root(app: Flask, people: Cast) -> Client:
    """The administrator, in English."""
    return Client(app).sign_in(ROOT).language("en")


def stored(app: Flask) -> dict[str, object]:
    with app.app_context():
        rows = db.session().query(StoredSetting)
        return {row.key: row.value for row in rows if row.key != "set_up_at"}


@pytest.mark.parametrize(("email", "status"), [(LI, 403), (CHEN, 403), (WANG, 403), (ROOT, 200)])
@pytest.mark.parametrize("path", ["/manage/settings", "/manage/settings/site", "/manage/mail"])
def test_only_administrators_open_them(
    app: Flask, people: Cast, email: str, status: int, path: str
) -> None:
    assert Client(app).sign_in(email).get(path).status_code == status


def test_a_group_is_changed_together(app: Flask, root: Client) -> None:
    values = {
        "notice_days": "5",
        "horizon_days": "60",
        "reply_days": "2",
        "credit_hour_minutes": "45",
    }
    response = root.post("/manage/settings/booking", values)

    assert (response.status_code, response.location) == (303, "/manage/settings#booking")
    assert stored(app) == {"notice_days": 5, "horizon_days": 60, "reply_days": 2}
    told = shown(root.get("/manage/settings").text)
    assert told["Days to answer a request"] == (
        "2", "changed by 管理员, Mon 23 Nov 2026, 10:00"
    )  # fmt: skip
    assert told["Minutes of a credit hour"] == ("45", "default")
    audit = without_marks(root.get("/audit?action=setting_changed").text)
    assert audit.count("Setting changed") >= 3
    assert "setting: Days to answer a request" in audit
    assert "before, now: 3 → 2" in audit


def test_all_mistakes_are_told_at_once_and_nothing_is_lost(app: Flask, root: Client) -> None:
    values = {
        "notice_days": "5",
        "horizon_days": "never",
        "reply_days": "0",
        "credit_hour_minutes": "45",
    }
    response = root.post("/manage/settings/booking", values)

    assert response.status_code == 422
    assert "2 entries must be corrected" in response.text
    assert 'value="never"' in response.text
    assert stored(app) == {}


def test_one_setting_is_put_back(app: Flask, root: Client) -> None:
    root.post("/manage/settings/site", {"site_name": "汀兰平台", "contact_line": "办公室 0571"})
    home = root.get("/").text
    assert '<span lang="zh-CN">汀兰平台</span></a>' in home
    assert "办公室 0571" in home
    response = root.post("/manage/settings/site_name/default")
    assert response.location == "/manage/settings"
    assert stored(app) == {"contact_line": "办公室 0571"}
    assert "汀兰平台" not in root.get("/").text


def test_roles_are_ticked_and_unticked(app: Flask, root: Client) -> None:
    values = {"sign_in_days": "30", "audit_days": "1095"}
    root.post("/manage/settings/security", values | {"two_factor_roles": ["coordinator", "branch"]})
    assert stored(app) == {"two_factor_roles": ["coordinator", "branch"]}
    page = root.get("/manage/settings/security").text
    ticked = re.findall(r'<input checked[^>]*value="(\w+)"', page)
    assert ticked == ["coordinator", "branch"]
    root.post("/manage/settings/security", values)
    assert stored(app) == {}


@pytest.mark.parametrize(
    "path",
    ["/manage/settings/mail", "/manage/settings/none", "/manage/settings/set_up_at/default"],
)
def test_there_is_nothing_else(root: Client, path: str) -> None:
    send = root.post if path.endswith("default") else root.get
    assert send(path).status_code == 404


def test_the_time_zone_is_only_shown(app: Flask, root: Client) -> None:
    page = root.get("/manage/settings/language").text
    assert 'name="timezone"' not in page
    root.post(
        "/manage/settings/language",
        {"timezone": "UTC", "languages": "en", "instructor_word": "讲师", "accept_word": "接单"},
    )
    assert stored(app) == {"languages": "en"}
    assert root.post("/manage/settings/timezone/default").status_code == 422


class TestSetByTheMachine:
    """A variable of the environment."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"INSTRUCTOR_WORD": "专家"}

    def test_it_is_shown_and_not_asked_for(self, app: Flask, root: Client) -> None:
        assert shown(root.get("/manage/settings").text)[
            "What Chinese pages call a person of the register"
        ] == ("专家", "set by the machine (INSTRUCTOR_WORD)")
        page = root.get("/manage/settings/language").text
        assert 'name="instructor_word"' not in page
        assert "the variable INSTRUCTOR_WORD is in force" in page
        values = {"languages": "en", "instructor_word": "教师", "accept_word": "接单"}
        assert root.post("/manage/settings/language", values).status_code == 303
        assert stored(app) == {"languages": "en"}
