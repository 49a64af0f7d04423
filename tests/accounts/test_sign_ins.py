"""Sign-ins are kept by the server: cookies are worth nothing once theirs has ended."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

import config
from booking.accounts.models import SignIn, User
from booking.accounts.sign_in import sessions
from booking.db import db, unit_of_work
from booking.privacy.retention import tasks as retention
from tests.browser import Client
from tests.conftest import Time
from tests.counting import QueryCount
from tests.databases import running
from tests.factories import CHEN, LI, PASSWORD, ROOT, WANG, ZHAO, Cast

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEW_PASSWORD = "another horse battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.60(0x18003c2f) NetType/WIFI"
)


def sign_in(app: Flask, email: str = LI, *, remember: bool = False, agent: str = "") -> Client:
    """A browser in which somebody has signed in."""
    browser = Client(app)
    form = {"email": email, "password": PASSWORD} | ({"remember": "y"} if remember else {})
    answer = browser.post("/login", form, headers={"User-Agent": agent})
    assert answer.status_code == 302, answer.text
    return browser


def signed_in(browser: Client) -> bool:
    """Whether a page of signed-in people opens."""
    answer = browser.get("/account")
    assert answer.status_code in (200, 302)
    return answer.status_code == 200


def cookies(browser: Client) -> dict[str, str]:
    """The cookies of a browser, by name."""
    found = {}
    for name in ("session", "remember_token"):
        cookie = browser.flask.get_cookie(name)
        if cookie is not None:
            found[name] = cookie.value
    return found


def copy(app: Flask, kept: dict[str, str], *names: str) -> Client:
    """Another browser with copied cookies: all of them, or those that are named."""
    thief = Client(app)
    for name in names or kept:
        thief.flask.set_cookie(name, kept[name])
    return thief


def rows(app: Flask) -> int:
    """How many sign-ins are stored."""
    with app.app_context():
        return db.session().scalar(select(func.count(SignIn.id))) or 0


COOKIES = [("session",), ("remember_token",), ("session", "remember_token")]


@pytest.mark.parametrize("names", COOKIES, ids="+".join)
def test_copied_cookies_work_until_signing_out(
    app: Flask, people: Cast, names: tuple[str, ...]
) -> None:
    browser = sign_in(app, remember=True)
    kept = cookies(browser)
    assert signed_in(copy(app, kept, *names))

    browser.sign_out()

    assert not signed_in(browser)
    assert not signed_in(copy(app, kept, *names))
    assert rows(app) == 0


def test_signing_out_leaves_other_browsers_alone(app: Flask, people: Cast) -> None:
    desk, phone = sign_in(app), sign_in(app, remember=True)

    desk.sign_out()

    assert (signed_in(desk), signed_in(phone)) == (False, True)


@pytest.mark.parametrize("how", ["header", "address"])
def test_no_token_stands_in_for_a_sign_in(app: Flask, people: Cast, how: str) -> None:
    browser = Client(app)
    answer = browser.post(
        "/login?include_auth_token",
        {"email": LI, "password": PASSWORD},
        headers={"Accept": "application/json"},
    )
    token = (answer.json or {}).get("response", {}).get("user", {}).get("authentication_token", "")
    headers = {"Authentication-Token": token} if how == "header" else {}
    path = "/lectures" if how == "header" else f"/lectures?auth_token={token}"

    assert Client(app).get(path, headers=headers).status_code == 302


def test_cookies_from_before_there_were_sign_ins_must_sign_in_again(
    app: Flask, people: Cast
) -> None:
    browser = sign_in(app)
    with app.app_context():
        known = db.session().scalars(select(User.fs_uniquifier).where(User.email == LI)).one()
    with browser.flask.session_transaction() as kept:
        kept["_user_id"] = known

    assert not signed_in(browser)
    browser.sign_in(LI)
    assert signed_in(browser)


def test_the_key_is_stored_nowhere(app: Flask, people: Cast) -> None:
    browser = sign_in(app)
    with browser.flask.session_transaction() as kept:
        key = kept["_user_id"]
    with app.app_context():
        [row] = db.session().scalars(select(SignIn)).all()

    assert len(key) >= 43
    assert re.fullmatch(r"[0-9a-f]{64}", row.key_hash)
    assert key not in repr(vars(row))


def test_a_page_costs_no_statement_more(app: Flask, people: Cast, queries: QueryCount) -> None:
    browser = sign_in(app)
    with queries() as seen:
        assert browser.get("/feeds").status_code == 200

    # Who asks, with the memberships, in one; feeds, instructors and branches of the page.
    assert [len(seen), len([one for one in seen if "sign_in" in one])] == [4, 1]
    assert [one for one in seen if not one.startswith("SELECT")] == []


def test_use_is_written_at_most_every_ten_minutes(
    app: Flask, people: Cast, time: Time, queries: QueryCount
) -> None:
    browser = sign_in(app)
    written = []
    for minutes in (9, 2, 9, 2):
        time.now += timedelta(minutes=minutes)
        with queries() as seen:
            assert browser.get("/feeds").status_code == 200
        written.append(len([one for one in seen if one.startswith("UPDATE")]))

    assert written == [0, 1, 0, 1]


class TestUnused:
    """A sign-in that nobody used for the days of SIGN_IN_DAYS is over."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"SIGN_IN_DAYS": "7"}

    def test_it_ends(self, app: Flask, people: Cast, time: Time) -> None:
        used, unused = sign_in(app, remember=True), sign_in(app, remember=True)
        time.now += timedelta(days=6)
        assert signed_in(used)
        time.now += timedelta(days=2)

        assert (signed_in(used), signed_in(unused)) == (True, False)
        with app.app_context():
            retention.apply_schedule(time.now)
        assert rows(app) == 1
        assert signed_in(used)


def change_password(browser: Client) -> None:
    """Set the new password by the form."""
    form = {"password": PASSWORD, "new_password": NEW_PASSWORD}
    answer = browser.post("/change", form | {"new_password_confirm": NEW_PASSWORD})
    assert answer.status_code == 302, answer.text


def test_a_new_password_ends_all_others(app: Flask, people: Cast, time: Time) -> None:
    here, there = sign_in(app, remember=True), sign_in(app, remember=True)
    before = cookies(here)

    change_password(here)

    assert (signed_in(here), signed_in(there)) == (True, False)
    assert not signed_in(copy(app, before))
    # The new cookies are those of a sign-in: they work alone, until it ends.
    assert signed_in(copy(app, cookies(here), "remember_token"))
    with app.app_context():
        retention.apply_schedule(time.now)
    assert rows(app) == 1


def test_a_sign_in_that_lost_the_race_with_a_new_password_is_none(app: Flask, people: Cast) -> None:
    """Its password was right when it was looked at, and its row came after the change."""
    thief = sign_in(app)
    with app.app_context():
        found = db.session().scalars(select(SignIn)).one()
        values = {name: getattr(found, name) for name in ("key_hash", "uniquifier", "user_id")}
        values |= {"created_at": found.created_at, "last_used_at": found.last_used_at}
        values |= {"browser": found.browser, "system": found.system}
    kept = cookies(thief)
    thief.sign_out()
    change_password(sign_in(app))
    with app.app_context(), unit_of_work() as session:
        session.add(SignIn(**values))

    assert not signed_in(copy(app, kept))


ROW = re.compile(r'<li class="sign-in">(.*?)</li>', re.DOTALL)
END = re.compile(r'action="(/account/sign-ins/\d+/end)"')


def listed(browser: Client) -> list[str]:
    """The sign-ins as the page shows them, without the tags."""
    page = browser.get("/account/sign-ins")
    assert page.status_code == 200
    found = [re.sub(r"<form.*?</form>", "", one, flags=re.DOTALL) for one in ROW.findall(page.text)]
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def test_the_page_lists_them_in_words(app: Flask, people: Cast, time: Time) -> None:
    sign_in(app, agent=WECHAT)
    time.now += timedelta(hours=3)
    here = sign_in(app, agent=FIREFOX).language("en")
    sign_in(app, email=ZHAO)

    assert listed(here) == [
        "Firefox on Linux This browser First use: Mon 23 Nov 2026, 13:00 "
        "Last use: Mon 23 Nov 2026, 13:00",
        "WeChat on iPhone First use: Mon 23 Nov 2026, 10:00 Last use: Mon 23 Nov 2026, 10:00",
    ]
    here.language("zh_Hans_CN")
    told = "设备：iPhone，浏览器：微信 首次使用：2026年11月23日（周一）10:00"
    assert listed(here)[1].startswith(told)


def test_one_is_ended_singly(app: Flask, people: Cast) -> None:
    here, there, third = sign_in(app), sign_in(app, remember=True), sign_in(app)
    # The newest comes first, so that the last one is where this person signed in first.
    paths = END.findall(third.get("/account/sign-ins").text)
    assert len(paths) == 2

    answer = third.post(paths[0])

    assert (answer.status_code, answer.location) == (303, "/account/sign-ins")
    assert [signed_in(one) for one in (here, there, third)] == [True, False, True]
    # It has ended already, in another window.
    assert third.post(paths[0]).status_code == 303


def test_all_others_are_ended(app: Flask, people: Cast) -> None:
    here, there, third = sign_in(app), sign_in(app, remember=True), sign_in(app)
    other = sign_in(app, email=CHEN)

    answer = here.post("/account/sign-ins/end-others")

    assert (answer.status_code, answer.location) == (303, "/account/sign-ins")
    assert [signed_in(one) for one in (here, there, third, other)] == [True, False, False, True]


@pytest.mark.parametrize("email", [ZHAO, CHEN, WANG, ROOT])
def test_nobody_ends_those_of_others(app: Flask, people: Cast, email: str) -> None:
    mine, external_busy = sign_in(app), sign_in(app)
    [path] = END.findall(mine.get("/account/sign-ins").text)

    sign_in(app, email=email).post(path)

    assert (signed_in(mine), signed_in(external_busy)) == (True, True)


@pytest.mark.parametrize("path", ["/account", "/account/sign-ins"])
def test_the_pages_are_for_whoever_is_signed_in(app: Flask, people: Cast, path: str) -> None:
    assert Client(app).get(path).location == f"/login?next={path}"
    for email in (LI, CHEN, WANG, ROOT):
        assert sign_in(app, email=email).get(path).status_code == 200


@sqlite_only
def test_sign_ins_outlive_a_restart(
    app: Flask, people: Cast, database_url: str, tmp_path: Path
) -> None:
    kept = cookies(sign_in(app))
    with running(database_url, tmp_path) as restarted:
        assert signed_in(copy(restarted, kept))


@sqlite_only
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "3651"])
def test_days_that_are_none_stop_the_start(database_url: str, tmp_path: Path, value: str) -> None:
    with (
        pytest.raises(config.SettingsError, match=r"SIGN_IN_DAYS .* from 1 to 3650"),
        running(database_url, tmp_path, {"SIGN_IN_DAYS": value}),
    ):
        pass


def test_who_is_signed_in_stays_so_where_the_use_cannot_be_written(
    app: Flask, people: Cast, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as with a full disk: reading goes on."""

    def full(*_arguments: object, **_more: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database or disk is full"))

    browser = sign_in(app)
    time.now += timedelta(hours=1)
    monkeypatch.setattr(sessions, "note_use", full)

    assert signed_in(browser)
