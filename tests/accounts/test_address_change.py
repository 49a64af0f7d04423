"""Another e-mail address: the new one confirms, the old one is told, everything else ends."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.notifications.transmission.delivery import deliver
from tests.accounts.test_sign_ins import cookies, copy, sign_in, signed_in
from tests.browser import Client
from tests.conftest import Time
from tests.factories import LI, PASSWORD, ZHAO, Cast
from tests.mailbox import Mailbox

NEW = "li.jing@example.org"
LINK = re.compile(r"https?://\S+/change-email/\S+")
BASE = "http://public.example"


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """Mail goes to the test's server; its links lead to the public address."""
    return {"SMTP_URL": smtp.url, "BASE_URL": BASE}


def ask(browser: Client, email: str = NEW, password: str = PASSWORD) -> int:
    """Send the form."""
    form = {"email": email, "password": password}
    return browser.post("/change-email", form).status_code


def mails(app: Flask, smtp: Mailbox, time: Time) -> list[EmailMessage]:
    """What the worker has sent by now."""
    with app.app_context():
        deliver(time.now)
    return smtp.messages


def body(mail: EmailMessage) -> str:
    """The plain text."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_of(mail: EmailMessage) -> str:
    """The path in a mail, which leads to the public address."""
    [address] = LINK.findall(body(mail))
    assert address.startswith(BASE + "/")
    return str(address).removeprefix(BASE)


def address(app: Flask, user_id: int) -> str:
    """The address of a user."""
    with app.app_context():
        return str(db.session().scalars(select(User.email).where(User.id == user_id)).one())


def test_the_whole_way(app: Flask, people: Cast, smtp: Mailbox, time: Time) -> None:
    here, there = sign_in(app, remember=True), sign_in(app, remember=True)
    kept = cookies(there)
    # A link for a new password that was mailed to the old address.
    Client(app).post("/reset", {"email": LI})
    [reset] = mails(app, smtp, time)
    old_link = re.findall(r"/reset/\S+", body(reset))[0]

    assert ask(here) == 200
    sent = mails(app, smtp, time)[1:]
    assert [mail["To"] for mail in sent] == [NEW]
    link = link_of(sent[0])
    assert address(app, people.li.user) == LI
    assert here.post(link).status_code == 302

    assert address(app, people.li.user) == NEW
    assert (signed_in(here), signed_in(there), signed_in(copy(app, kept))) == (True, False, False)
    assert signed_in(copy(app, cookies(here), "remember_token"))
    told = mails(app, smtp, time)[2:]
    assert [mail["To"] for mail in told] == [LI]
    assert "本地址不再使用" in body(told[0])
    assert NEW not in body(told[0])
    Client(app).sign_in(NEW)
    assert Client(app).post("/login", {"email": LI, "password": PASSWORD}).status_code == 422
    assert Client(app).get(old_link).location == "/reset"
    # The link works once.
    assert Client(app).post(link).status_code == 302
    assert address(app, people.li.user) == NEW


def test_opening_the_link_changes_nothing(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    ask(sign_in(app))
    link = link_of(mails(app, smtp, time)[0])

    for _scanner in range(2):
        page = Client(app).get(link)
        assert (page.status_code, NEW in page.text) == (200, True)
        assert Client(app).flask.head(link).status_code == 200
    assert Client(app).post(link, csrf=False).status_code == 400

    assert address(app, people.li.user) == LI


def test_on_another_device_all_sign_ins_end(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    browser, other = sign_in(app), sign_in(app, ZHAO)
    ask(browser)
    link = link_of(mails(app, smtp, time)[0])

    # Also where somebody else is signed in: nobody is signed in or out there.
    assert other.post(link).status_code == 302

    assert (signed_in(browser), signed_in(other)) == (False, True)
    assert address(app, people.li.user) == NEW


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_mail_in_both_languages(
    app: Flask, people: Cast, smtp: Mailbox, time: Time, language: str
) -> None:
    browser = sign_in(app)
    browser.post(f"/language/{language}")
    ask(browser)
    Client(app).post(link_of(mails(app, smtp, time)[0]))
    sent = mails(app, smtp, time)

    assert [str(mail["Subject"]) for mail in sent] == {
        "en": [
            "Yueke: confirm your new e-mail address", "Yueke: your e-mail address was changed",
        ],
        "zh_Hans_CN": ["约课：请确认新的邮箱地址", "约课：您的邮箱地址已变更"],
    }[language]  # fmt: skip
    works = {"en": "The link works for 2 hours.", "zh_Hans_CN": "链接有效期为2小时。"}
    assert works[language] in body(sent[0])


@pytest.mark.parametrize(
    ("email", "password", "status", "sentence"),
    [
        (NEW, "wrong horse battery", 422, "This is not your current password."),
        (NEW, "", 422, "This is not your current password."),
        (LI, PASSWORD, 422, "This is your address already."),
        (LI.upper(), PASSWORD, 422, "This is your address already."),
        ("no address", PASSWORD, 422, "Invalid email address"),
        ("用户@example.org", PASSWORD, 422, "Invalid email address"),
        # Whether somebody has an account is not told.
        (ZHAO, PASSWORD, 200, f"A link is coming to {ZHAO}."),
        (ZHAO, "wrong horse battery", 422, "This is not your current password."),
    ],
)
def test_what_is_refused_sends_nothing(
    app: Flask,
    people: Cast,
    smtp: Mailbox,
    time: Time,
    email: str,
    password: str,
    status: int,
    sentence: str,
) -> None:
    browser = sign_in(app).language("en")
    answer = browser.post("/change-email", {"email": email, "password": password})

    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert mails(app, smtp, time) == []


@pytest.mark.parametrize("email", ["victim@example.net", ZHAO])
def test_an_account_sends_three_links_an_hour(
    app: Flask, people: Cast, smtp: Mailbox, time: Time, email: str
) -> None:
    browser, other = sign_in(app).language("en"), sign_in(app, ZHAO)
    # Neither a wrong password nor what is no address is a link.
    assert [ask(browser, email, "wrong"), ask(browser, "no address")] == [422, 422]

    assert [ask(browser, email) for _ in range(3)] == [200] * 3
    time.now += timedelta(seconds=90)
    refused = browser.post("/change-email", {"email": email, "password": PASSWORD})

    # Whether the address has an account makes no difference.
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3510")
    assert (
        "Several links were sent for your account in a short time. Look for them in the "
        "mailbox, or wait 59 minutes and try again."
    ) in refused.text
    assert f'value="{email}"' in refused.text
    assert len(mails(app, smtp, time)) == (0 if email == ZHAO else 3)
    assert ask(other) == 200
    time.now += timedelta(minutes=59)
    assert ask(browser, email) == 200


def test_links_end(app: Flask, people: Cast, smtp: Mailbox, time: Time) -> None:
    browser = sign_in(app)
    ask(browser)
    ask(browser, "second@example.org")
    first, second = (link_of(mail) for mail in mails(app, smtp, time))
    for forged in (first[:-2], first + "x", "/change-email/x"):
        assert Client(app).post(forged).status_code == 302
    assert address(app, people.li.user) == LI
    # Somebody got the address meanwhile.
    with app.app_context(), unit_of_work() as session:
        session.get_one(User, people.zhao.user).email = NEW
    assert Client(app).post(first).status_code == 302
    assert address(app, people.li.user) == LI
    Client(app).post(second)
    assert address(app, people.li.user) == "second@example.org"


def test_the_form_is_for_whoever_is_signed_in(app: Flask, people: Cast) -> None:
    assert Client(app).get("/change-email").status_code == 302
    assert sign_in(app).get("/change-email").status_code == 200


def test_a_new_password_tells_the_address(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    form = {"password": PASSWORD, "new_password": "another horse battery"}
    sign_in(app).post("/change", form | {"new_password_confirm": "another horse battery"})

    assert [(mail["To"], str(mail["Subject"])) for mail in mails(app, smtp, time)] == [
        (LI, "约课：您的密码已修改")
    ]


def test_a_reset_ends_all_sign_ins_and_tells_the_address(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    browser = sign_in(app, remember=True)
    kept = cookies(browser)
    Client(app).post("/reset", {"email": LI})
    path = re.findall(r"/reset/\S+", body(mails(app, smtp, time)[0]))[0]
    form = {"password": "another horse battery", "password_confirm": "another horse battery"}
    assert Client(app).post(path, form).status_code == 302

    assert (signed_in(browser), signed_in(copy(app, kept))) == (False, False)
    assert [mail["To"] for mail in mails(app, smtp, time)] == [LI, LI]


def test_a_disabled_account_confirms_nothing(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    ask(sign_in(app))
    link = link_of(mails(app, smtp, time)[0])
    app.test_cli_runner().invoke(args=["user", "disable", LI])
    time.now += timedelta(minutes=1)

    Client(app).post(link)

    assert address(app, people.li.user) == LI
