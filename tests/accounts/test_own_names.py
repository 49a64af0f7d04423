"""An account known by a number gets a mail address, and one known by an address a number."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts import service
from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.notifications.transmission.delivery import deliver
from tests import factories, summaries
from tests.browser import Client
from tests.conftest import Time
from tests.factories import LI, NOW, PASSWORD, ZHAO, Cast
from tests.mailbox import Mailbox

PHONE, NUMBER = "12000000077", "+8612000000077"
NEW = "gao.shan@example.org"
BASE = "http://public.example"
LINK = re.compile(rf"{BASE}(/account/address/\S+)")


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """Mail goes to the test's server; its links lead to the public address."""
    return {"SMTP_URL": smtp.url, "BASE_URL": BASE}


@pytest.fixture
def gao(app: Flask, people: Cast) -> int:
    """An instructor whose account is known by a number only; the user's id."""
    with app.app_context(), unit_of_work() as session:
        user = service.create_user(
            session, phone=PHONE, name="高山", password_hash=factories.password_hash(), now=NOW
        )
        instructor = factories.make_instructor(session, "高山")
        service.add_membership(
            session, user=user, role=Role.INSTRUCTOR, instructor_id=instructor, now=NOW
        )
        return user.id


def sign_in(app: Flask, name: str) -> Client:
    client = Client(app).language("en")
    assert client.post("/login", {"email": name, "password": PASSWORD}).status_code == 302
    return client


def mails(app: Flask, smtp: Mailbox, time: Time) -> list[tuple[str, str]]:
    """Recipient and text of what the worker has sent by now."""
    with app.app_context():
        deliver(time.now)
    found = []
    for mail in smtp.messages:
        part = mail.get_body(("plain",))
        assert part is not None
        found.append((str(mail["To"]), part.get_content()))
    return found


def names(app: Flask, user_id: int) -> tuple[str | None, str | None]:
    with app.app_context():
        user = db.session.get_one(User, user_id)
        return user.email, user.phone


def asked(client: Client, email: str = NEW, password: str = PASSWORD) -> int:
    return client.post("/account/address", {"email": email, "password": password}).status_code


def test_an_address_is_added_by_a_link(app: Flask, gao: int, smtp: Mailbox, time: Time) -> None:
    client = sign_in(app, PHONE)
    assert "/account/address" in client.get("/account").text
    assert asked(client, f" {NEW.upper()} ") == 303
    assert names(app, gao) == (None, NUMBER)
    ((to, text),) = mails(app, smtp, time)
    assert to == NEW
    link = LINK.findall(text)[0]

    elsewhere = Client(app).language("en")
    for _scanner in range(2):
        page = elsewhere.get(link)
        assert (page.status_code, NEW in page.text) == (200, True)
    assert names(app, gao) == (None, NUMBER)
    assert elsewhere.post(link).location == "/account"

    assert names(app, gao) == (NEW, NUMBER)
    sign_in(app, NEW)
    sign_in(app, PHONE)
    assert client.get("/inbox").status_code == 200
    assert (elsewhere.get(link).status_code, elsewhere.post(link).status_code) == (404, 404)
    with app.app_context():
        query = select(AuditEntry.actor_id, AuditEntry.subject_id, AuditEntry.detail)
        found = query.where(AuditEntry.action == Action.ADDRESS_CHANGED)
        assert [tuple(row) for row in db.session.execute(found)] == [
            (gao, gao, {"change": "added"})
        ]
    assert client.get("/account/address").location == "/change-email"


@pytest.mark.parametrize("bad", ["late", "broken", "suspended", "password"])
def test_links_that_do_not_work(app: Flask, gao: int, smtp: Mailbox, time: Time, bad: str) -> None:
    asked(sign_in(app, PHONE))
    link = LINK.findall(mails(app, smtp, time)[0][1])[0]
    if bad == "late":
        time.now += timedelta(hours=2)
    elif bad == "broken":
        link = link[:-3] + "AAA"
    else:
        with app.app_context(), unit_of_work() as session:
            user = session.get_one(User, gao)
            user.active = bad != "suspended"
            user.fs_uniquifier += "x" if bad == "password" else ""
    client = Client(app)
    assert (client.get(link).status_code, client.post(link).status_code) == (404, 404)
    assert names(app, gao) == (None, NUMBER)


def test_the_answer_tells_nothing_of_other_accounts(
    app: Flask, gao: int, smtp: Mailbox, time: Time
) -> None:
    client = sign_in(app, PHONE)
    pages = []
    for email in (LI, "nobody@example.org"):
        assert asked(client, email) == 303
        pages.append(client.get("/account").text.replace(email, "?"))
    assert re.sub(r'value="[^"]+"', "", pages[0]) == re.sub(r'value="[^"]+"', "", pages[1])
    assert [to for to, _text in mails(app, smtp, time)] == ["nobody@example.org"]


def test_an_address_that_another_account_got_meanwhile(
    app: Flask, gao: int, smtp: Mailbox, time: Time
) -> None:
    asked(sign_in(app, PHONE))
    link = LINK.findall(mails(app, smtp, time)[0][1])[0]
    with app.app_context(), unit_of_work() as session:
        service.create_user(session, email=NEW, name="x", now=NOW)
    client = Client(app).language("en")
    assert client.post(link).status_code == 303
    assert names(app, gao) == (None, NUMBER)


def test_links_are_limited_and_want_the_password(app: Flask, gao: int) -> None:
    client = sign_in(app, PHONE)
    assert [asked(client, "x"), asked(client, NEW, "wrong")] == [422, 422]
    assert [asked(client, f"a{number}@example.org") for number in range(4)] == [303] * 3 + [429]


def test_a_number_is_added_changed_and_removed(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    client, li = sign_in(app, LI), people.li.user

    def send(phone: str, password: str = PASSWORD) -> int:
        return client.post("/account/phone", {"phone": phone, "password": password}).status_code

    assert send("120 0000 0077", "wrong") == 422
    assert send("12345") == 422
    assert names(app, li) == (LI, None)
    assert send("120 0000 0077") == 303
    assert names(app, li) == (LI, NUMBER)
    sign_in(app, PHONE)
    assert (send("120-0000-0078"), names(app, li)) == (303, (LI, "+8612000000078"))
    assert (send(""), names(app, li)) == (303, (LI, None))
    assert send("120 0000 0079") == 429

    assert [to for to, _text in mails(app, smtp, time)] == [LI] * 3
    with app.app_context():
        query = select(AuditEntry.detail).where(AuditEntry.action == Action.PHONE_CHANGED)
        details = list(db.session.scalars(query.order_by(AuditEntry.id)))
    assert details == [{"change": "added"}, {"change": "replaced"}, {"change": "removed"}]


def test_the_number_of_another_account_is_refused(app: Flask, people: Cast, gao: int) -> None:
    answer = sign_in(app, ZHAO).post("/account/phone", {"phone": PHONE, "password": PASSWORD})
    assert answer.status_code == 422
    assert [line.sentence.split(" is ")[0] for line in summaries.lines(answer.text)] == [
        "Another account"
    ]
    assert names(app, people.zhao.user) == (ZHAO, None)


def test_an_account_without_an_address_keeps_its_number(app: Flask, gao: int) -> None:
    answer = sign_in(app, PHONE).post("/account/phone", {"phone": "", "password": PASSWORD})
    assert (answer.status_code, names(app, gao)) == (422, (None, NUMBER))
