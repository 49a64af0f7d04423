"""A coordinator in scope is shown a contact for a case, and keeps the contacts of an entry."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from booking.contacts.models import UserContact
from booking.db import db
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Contact
from tests import factories
from tests.browser import Client
from tests.contacts import reaching
from tests.contacts.reaching import BRANCH_PHONE, MAIL, PHONE
from tests.factories import CHEN, LI, ROOT, SUN, WANG, ZHAO, ZHOU, Cast

CASE = "讲师无账号，改期需电话确认。"


def client(app: Flask, email: str | None) -> Client:
    one = Client(app).language("en")
    return one if email is None else one.sign_in(email)


@pytest.fixture
def ready(app: Flask, people: Cast) -> Cast:
    """Chen and Li keep contacts and have released none."""
    reaching.prepare(app, people, consents=False)
    return people


@pytest.mark.parametrize("email", [WANG, ROOT])
def test_with_a_reason_the_person_reads(app: Flask, ready: Cast, email: str) -> None:
    path, who = f"/contacts/entries/{ready.chen.id}", client(app, email)
    page = who.get(path).text
    assert ("120****9931" in page, PHONE in page, MAIL in page) == (True, False, False)
    assert path in who.get(f"/entries/{ready.chen.id}").text

    assert who.post(path, {"reason": " "}).status_code == 422
    assert who.post(path, {"reason": "x" * 201}).status_code == 422
    shown = who.post(path, {"reason": CASE})

    assert (shown.status_code, PHONE in shown.text, MAIL in shown.text) == (200, True, True)
    assert [(row[1], row[3], row[5], row[7]) for row in reaching.reveals(app)] == [
        (ready.chen.id, Channel.PHONE, "case", CASE),
        (ready.chen.id, Channel.EMAIL, "case", CASE),
    ]
    assert PHONE not in who.get(path).text
    assert CASE in client(app, CHEN).get("/contacts").text


def test_where_no_contact_is_kept_no_reason_is_asked_for(app: Flask, people: Cast) -> None:
    path, wang = f"/contacts/entries/{people.chen.id}", client(app, WANG)
    assert 'name="reason"' not in wang.get(path).text

    refused = [wang.post(path, {"reason": reason}) for reason in (" ", "x" * 2000, CASE)]

    assert [answer.status_code for answer in refused] == [404, 404, 404]
    assert all("There is no contact" in answer.text for answer in refused)


def test_from_the_page_of_a_lecture(app: Flask, ready: Cast) -> None:
    number = factories.confirmed(app, ready)
    wang = client(app, WANG)
    page = wang.get(f"/lectures/{number}").text
    entry = f"/contacts/entries/{ready.chen.id}?lecture={number}"
    branch = f"/contacts/branches/{ready.li.id}?lecture={number}"
    assert (entry in page, branch in page) == (True, True)
    assert PHONE in wang.post(entry, {"reason": CASE}).text
    assert BRANCH_PHONE in wang.post(branch, {"reason": CASE}).text
    assert {row[6] for row in reaching.reveals(app)} == {number}


@pytest.mark.parametrize(
    ("email", "status"), [(SUN, 404), (LI, 403), (CHEN, 403), (ZHAO, 403), (ZHOU, 403)]
)
def test_nobody_without_scope(app: Flask, ready: Cast, email: str, status: int) -> None:
    who = client(app, email)
    for path in (f"/contacts/entries/{ready.chen.id}", f"/contacts/branches/{ready.li.id}"):
        for response in (who.get(path), who.post(path, {"reason": CASE})):
            assert (response.status_code, PHONE in response.text) == (status, False)
    assert who.get("/contacts/entries/9999").status_code == status
    assert reaching.reveals(app) == []


def kept(app: Flask, instructor_id: int) -> list[str]:
    with app.app_context():
        query = select(Contact.value).where(Contact.instructor_id == instructor_id)
        return list(db.session().scalars(query.order_by(Contact.id)))


def test_a_coordinator_keeps_the_contacts_of_an_entry(app: Flask, ready: Cast) -> None:
    wang, key = client(app, WANG), ready.chen.id
    assert wang.post(f"/contacts/{key}/add", {"value": "120 0000 9955"}).status_code == 303
    assert kept(app, key) == [PHONE, MAIL, "12000009955"]
    edit = wang.get(f"/contacts/{key}/1").text
    assert ("120****9931" in edit, PHONE in edit) == (True, False)
    assert wang.post(f"/contacts/{key}/1", {"value": "no"}).status_code == 422
    assert wang.post(f"/contacts/{key}/1", {"value": "12000009956"}).status_code == 303
    assert wang.post(f"/contacts/{key}/2/remove").status_code == 303
    assert kept(app, key) == ["12000009955", "12000009956"]
    sun = client(app, SUN)
    for path in ("add", "3", "3/remove"):
        answer = sun.post(f"/contacts/{key}/{path}", {"value": "12000009957"})
        assert answer.status_code == 404
    assert kept(app, key) == ["12000009955", "12000009956"]


def test_own_contacts_of_a_branch_contact(app: Flask, ready: Cast) -> None:
    li = client(app, LI)
    assert BRANCH_PHONE in li.get("/contacts").text
    assert li.post("/contacts/account/add", {"value": "nothing"}).status_code == 422
    assert li.post("/contacts/account/add", {"value": BRANCH_PHONE}).status_code == 422
    assert li.post("/contacts/account/add", {"value": "li.jing@example.org"}).status_code == 303
    assert li.post("/contacts/account/1", {"value": "12000009960"}).status_code == 303
    with app.app_context():
        rows = db.session().execute(
            select(UserContact.user_id, UserContact.value).order_by(UserContact.value)
        )
        assert [tuple(row) for row in rows] == [
            (ready.li.user, "12000009960"), (ready.li.user, "li.jing@example.org"),
        ]  # fmt: skip
    # Of others nothing is found, by whatever key.
    zhao = client(app, ZHAO)
    for contact_id in (1, 2, 3):
        for key in ("account", str(ready.chen.id), "x", "99999999999"):
            path = f"/contacts/{key}/{contact_id}"
            assert zhao.get(path).status_code == 404
            assert zhao.post(path, {"value": "12000009961"}).status_code == 404
            assert zhao.post(f"{path}/remove").status_code == 404


def test_own_contacts_of_an_instructor(app: Flask, ready: Cast) -> None:
    chen = client(app, CHEN)
    page = chen.get("/contacts").text
    assert (PHONE in page, MAIL in page, "account/add" in page) == (True, True, False)
    assert chen.post(f"/contacts/{ready.chen.id}/1/remove").status_code == 303
    assert kept(app, ready.chen.id) == [MAIL]
