"""The first start: a one-time link, one page, and nothing of it afterwards."""

from __future__ import annotations

import io
import re
import threading
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking import audit
from booking.accounts.engine.provinces import Depth, provinces, regions_of
from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, Region, User
from booking.administration.setup import links, start
from booking.administration.setup.models import SetupLink
from booking.availability.models import CalendarDay
from booking.db import db
from booking.settings import mail_server, queries
from booking.settings.engine.declarations import SITE_NAME, TIMEZONE
from booking.settings.engine.mail_declarations import MAIL_FROM
from booking.settings.queries import in_force
from tests.audit_log import entries
from tests.browser import Client
from tests.conftest import Time
from tests.factories import NOW, PASSWORD, ROOT, Cast
from tests.mailbox import Mailbox
from tests.test_commands import run, told

BOSS = "boss@example.org"
TYPED = {
    "name": "欧阳文", "email": BOSS, "password": PASSWORD, "site_name": "汀兰平台",
    "languages": "zh_Hans_CN,en", "timezone": "Asia/Urumqi", "province": "", "depth": "counties",
    "mail_server": "", "mail_security": "smtps", "mail_port": "465", "mail_from": "",
}  # fmt: skip


def path_of(app: Flask) -> str:
    """The path that a start of the server prints."""
    with app.app_context():
        sentence = start.announcement() or ""
    return "/setup/" + sentence.partition("/setup/")[2]


def upload(content: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content.encode()), "regions.csv"


def count(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(model)) or 0


def refused(page: str) -> dict[str, str]:
    found = re.findall(r'<div class="field-error" id="(\w+)-error">(.*?)</div>', page, re.DOTALL)
    return {name: unescape(text).strip() for name, text in found}


@pytest.fixture
def visitor(app: Flask) -> Client:
    """Somebody without an account, in English."""
    return Client(app).language("en")


def test_from_the_link_to_a_signed_in_administrator(app: Flask, visitor: Client) -> None:
    path = path_of(app)
    assert visitor.get(path).status_code == 200
    assert "This installation is not set up yet" in visitor.get("/").text

    response = visitor.post(path, TYPED | {"province": "330000", "depth": "cities"})

    assert (response.status_code, response.location) == (303, "/manage")
    assert visitor.get("/manage/settings").status_code == 200
    assert "not set up yet" not in visitor.get("/").text
    with app.app_context():
        user = db.session().scalars(select(User)).one()
        [membership] = db.session().scalars(select(Membership))
        assert (user.email, user.name, membership.role) == (BOSS, "欧阳文", Role.ADMIN)
        assert (in_force(SITE_NAME), in_force(TIMEZONE)) == ("汀兰平台", "Asia/Urumqi")
        assert in_force(MAIL_FROM) == MAIL_FROM.default
        assert db.session().get_one(Region, "330100").parent_code == "330000"
        assert db.session().get(Region, "330102") is None
        assert db.session().get(SetupLink, 1) is None
        assert queries.current().changes["site_name"].by == "欧阳文"
    assert count(app, CalendarDay) > 30
    actions = [entry.action for entry in entries(app)]
    assert {audit.Action.FIRST_START, audit.Action.ROLE_GIVEN, audit.Action.SIGN_IN} <= {*actions}
    Client(app).sign_in(BOSS)


def test_the_page_is_gone_for_good(app: Flask, visitor: Client) -> None:
    path = path_of(app)
    visitor.post(path, TYPED)
    other = Client(app)
    assert [other.get(path).status_code, other.post(path, TYPED).status_code] == [404, 404]
    assert told(run(app, "user", "role", "remove", BOSS, "--admin"))[0] == 0
    with app.app_context():
        assert start.announcement() is None
    assert other.get(path).status_code == 404
    assert count(app, User) == 1


def test_an_installation_with_an_administrator_has_no_such_page(app: Flask, people: Cast) -> None:
    with app.app_context():
        assert start.announcement() is None
    assert Client(app).get("/setup/anything").status_code == 404
    assert told(run(app, "steps")) == (
        0,
        ["What is still to do stands on the pages: sign in and open http://localhost/manage"],
    )


def test_each_start_ends_the_link_before(app: Flask, visitor: Client, time: Time) -> None:
    first, second = path_of(app), path_of(app)
    assert [visitor.get(path).status_code for path in (first, second)] == [404, 200]
    assert "it prints a new one" in visitor.get(first).text
    assert visitor.post(first, TYPED).status_code == 404
    time.now = NOW + links.VALID_FOR - timedelta(seconds=1)
    assert visitor.get(second).status_code == 200
    time.now = NOW + links.VALID_FOR
    assert visitor.get(second).status_code == 404
    assert visitor.post(second, TYPED).status_code == 404
    assert count(app, User) == 0


def test_only_a_hash_of_the_link_is_stored(app: Flask) -> None:
    token = path_of(app).rpartition("/")[2]
    with app.app_context():
        link = db.session().get_one(SetupLink, 1)
        assert len(token) >= 40
        assert token not in link.token_hash


def test_what_was_typed_stays_and_nothing_is_half_done(app: Flask, visitor: Client) -> None:
    path = path_of(app)
    days = count(app, CalendarDay)
    wrong = TYPED | {"password": "1234567890", "province": "330000"}
    response = visitor.post(path, wrong)

    assert response.status_code == 422
    assert set(refused(response.text)) == {"password"}
    assert 'value="欧阳文"' in response.text
    assert '<option selected value="330000">' in response.text
    assert "1234567890" not in response.text
    assert [count(app, User), count(app, CalendarDay)] == [0, days]
    with app.app_context():
        assert in_force(SITE_NAME) == ""
    assert visitor.post(path, TYPED).status_code == 303


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""), ("email", "boss"), ("email", ""), ("timezone", "Mars"), ("languages", "fr"),
        ("province", "99"), ("depth", "towns"), ("mail_port", "x"), ("mail_server", "a b"),
        ("site_name", "长" * 41),
    ],
)  # fmt: skip
def test_each_mistake_is_told_at_its_field(
    app: Flask, visitor: Client, name: str, value: str
) -> None:
    response = visitor.post(path_of(app), TYPED | {name: value})
    assert (response.status_code, set(refused(response.text))) == (422, {name})


def test_a_sender_is_needed_with_a_server(app: Flask, visitor: Client) -> None:
    response = visitor.post(path_of(app), TYPED | {"mail_server": "127.0.0.1"})
    assert set(refused(response.text)) == {"mail_from"}


def test_regions_of_ones_own(app: Flask, visitor: Client) -> None:
    path = path_of(app)
    response = visitor.post(path, TYPED | {"file": upload("code,name\n980102,错区\n")})
    assert (response.status_code, set(refused(response.text))) == (422, {"file"})
    content = "code,name,name_en\n980000,雾岛省,Fog\n980100,潮生市,\n"
    # The file comes before a province that was chosen as well.
    both = TYPED | {"file": upload(content), "province": "330000"}
    assert visitor.post(path, both).status_code == 303
    with app.app_context():
        assert db.session().get_one(Region, "980100").parent_code == "980000"
        assert db.session().get(Region, "330000") is None


@pytest.mark.parametrize(
    ("header", "filename"),
    [
        ("代码,名称,英文名称", "地区.csv"),
        ("区划代码,地区,英文", "a.csv"),
        ("Code,Name,English name", "b.csv"),
    ],
)
def test_columns_are_called_in_either_language(
    app: Flask, visitor: Client, header: str, filename: str
) -> None:
    content = f"{header}\n980000,雾岛省,Fog\n".encode("gb18030")
    file = (io.BytesIO(content), filename)
    assert visitor.post(path_of(app), TYPED | {"file": file}).status_code == 303
    with app.app_context():
        assert db.session().get_one(Region, "980000").name_en == "Fog"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "zh_Hans_CN",
            "地区清单有误，请修改后重新选择。第2行“代码”：没有980102的上级地区：请在名单中补上980100。第3行“名称”：此项为空。",
        ),
        (
            "en",
            "The list of regions has errors. Row 2, column 代码: no region above 980102 is known: "
            "add 980100 to the list. Row 3, column 名称: it is empty.",
        ),
    ],
)
def test_errors_of_the_list_are_told_in_the_language_of_the_page(
    app: Flask, visitor: Client, language: str, told: str
) -> None:
    visitor.language(language)
    file = upload("代码,名称\n980102,错区\n990000,\n")
    page = visitor.post(path_of(app), TYPED | {"file": file}).text
    assert refused(page) == {"file": told}


def test_an_empty_list_can_be_filled_in(app: Flask, visitor: Client) -> None:
    path = path_of(app)
    forms = [
        visitor.language(language).get(f"{path}/regions.csv").data.decode("utf-8-sig")
        for language in ("zh_Hans_CN", "en")
    ]
    assert forms == ["代码,名称,英文名称\r\n", "Code,Name,English name\r\n"]
    assert visitor.get(f"{path}x/regions.csv").status_code == 404
    answer = visitor.get(f"{path}/regions.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    file = upload(forms[0] + "980000,雾岛省,Fog\n")
    assert visitor.post(path, TYPED | {"file": file}).status_code == 303
    assert visitor.get(f"{path}/regions.csv").status_code == 404


def test_mail_is_tried_at_once(app: Flask, visitor: Client, smtp: Mailbox) -> None:
    mail = {
        "mail_server": "127.0.0.1", "mail_port": str(smtp.port), "mail_security": "smtp",
        "mail_from": "platform@example.org", "mail_password": "geheim", "mail_user": "",
    }  # fmt: skip
    visitor.post(path_of(app), TYPED | mail)
    assert "has taken a test mail to boss@example.org" in visitor.get("/manage").text
    assert [mail["To"] for mail in smtp.messages] == [BOSS]
    with app.app_context():
        assert mail_server.password() == "geheim"


def test_a_mail_server_that_refuses_is_no_hindrance(
    app: Flask, visitor: Client, smtp: Mailbox
) -> None:
    smtp.refused = {BOSS}
    mail = {
        "mail_server": "127.0.0.1", "mail_port": str(smtp.port), "mail_security": "smtp",
        "mail_from": "platform@example.org",
    }  # fmt: skip
    assert visitor.post(path_of(app), TYPED | mail).status_code == 303
    page = visitor.get("/manage").text
    assert "The test mail did not go out. The server refused the recipient." in page


def test_two_at_once_make_one_administrator(app: Flask) -> None:
    path = path_of(app)
    browsers = [Client(app).language("en") for _number in range(4)]
    for browser in browsers:
        browser.get(path)
    statuses: list[int] = []

    def send(number: int, browser: Client) -> None:
        typed = TYPED | {"email": f"boss{number}@example.org"}
        statuses.append(browser.post(path, typed).status_code)

    threads = [threading.Thread(target=send, args=one) for one in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 404, 404, 404]
    assert count(app, User) == 1


def test_the_terminal_prints_the_link(app: Flask, visitor: Client) -> None:
    status, lines = told(run(app, "steps"))
    [line] = lines
    assert status == 0
    assert line.startswith("Nobody runs this installation yet. Set it up here, within 24 hours: ")
    assert visitor.get(line.partition("http://localhost")[2]).status_code == 200


def test_a_server_prints_it_once_and_never_fails(
    app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    start.announce(app)
    assert "http://localhost/setup/" in capsys.readouterr().out
    monkeypatch.setattr(links, "is_set_up", _fail)
    start.announce(app)
    assert capsys.readouterr().out == ""


def _fail(_session: object) -> bool:
    from sqlalchemy.exc import OperationalError

    raise OperationalError("SELECT", None, Exception("no such table: setting"))


def test_an_administrator_by_command_ends_it_too(app: Flask) -> None:
    path = path_of(app)
    assert told(run(app, "user", "create", ROOT, "--admin"))[0] == 0
    assert Client(app).get(path).status_code == 404


class TestSetByTheMachine:
    """What variables set is not asked for."""

    @pytest.fixture
    def environment(self, smtp: Mailbox) -> dict[str, str]:
        return {"SMTP_URL": smtp.url, "TIMEZONE": "Asia/Shanghai", "LANGUAGES": "en"}

    def test_it_is_left_out(self, app: Flask, visitor: Client) -> None:
        path = path_of(app)
        page = visitor.get(path).text
        names = re.findall(r'name="(\w+)"', page)
        assert {"timezone", "languages", "mail_server", "mail_password"} & set(names) == set()
        assert visitor.post(path, TYPED).status_code == 303
        with app.app_context():
            assert in_force(TIMEZONE) == "Asia/Shanghai"


class TestProvinces:
    """The regions of the package."""

    def test_there_are_all(self) -> None:
        assert len(provinces()) == 34
        assert dict(provinces())["710000"] == "台湾省"

    @pytest.mark.parametrize(("code", "name"), provinces())
    def test_each_fits_into_the_tree(self, code: str, name: str) -> None:
        lines = regions_of(code, Depth.COUNTIES)
        codes = [line.code for line in lines]
        assert (lines[0].code, lines[0].name, lines[0].parent) == (code, name, None)
        assert len(set(codes)) == len(codes)
        for position, line in enumerate(lines[1:], start=1):
            assert re.fullmatch(r"[1-9]\d{5}", line.code)
            assert line.parent in codes[:position]
            assert line.code.startswith((line.parent or "").rstrip("0"))

    def test_how_far_down(self) -> None:
        sizes = [len(regions_of("330000", depth)) for depth in Depth]
        assert sizes == [1, 12, 102]
        # The districts of a municipality are its next level.
        assert [len(regions_of("310000", depth)) for depth in Depth] == [1, 17, 17]
