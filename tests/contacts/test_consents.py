"""Consents: given and withdrawn by the person alone, recorded, in force from the next response."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, select

from booking.audit import Action, AuditEntry
from booking.contacts.consents import queries, service
from booking.contacts.consents.engine.questions import TEXT_VERSION, Question
from booking.contacts.engine.owners import Owner
from booking.contacts.models import Consent, ConsentAnswer
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Instructor
from booking.settings.engine.declarations import PublicRegister
from booking.visibility.engine.readers import Purpose
from tests.browser import Client
from tests.contacts.consenting import (
    EMAIL,
    ENTRY,
    PHONE,
    add_account_contact,
    add_contacts,
    give,
    open_register,
    who,
    who_of_branch,
    withdraw,
)
from tests.factories import CHEN, LI, NOW, Cast

PUBLISHED = Question(Purpose.PUBLISH, Channel.PHONE)


@pytest.fixture(autouse=True)
def _unanswered(app: Flask, people: Cast) -> None:
    """Nobody has been asked yet."""
    with app.app_context(), unit_of_work() as session:
        session.execute(delete(ConsentAnswer))


def test_a_consent_is_kept_with_its_version_and_recorded_without_the_contact(
    app: Flask, people: Cast
) -> None:
    add_contacts(app, people.chen.id)
    assert give(app, people.chen, PUBLISHED)
    assert not give(app, people.chen, PUBLISHED)
    assert withdraw(app, people.chen, PUBLISHED)
    assert not withdraw(app, people.chen, PUBLISHED)
    assert give(app, people.chen, PUBLISHED)
    with app.app_context():
        session = db.session()
        rows = session.scalars(select(Consent).order_by(Consent.id)).all()
        assert [(row.text_version, row.given_by_id, row.withdrawn_at) for row in rows] == [
            (TEXT_VERSION, people.chen.user, NOW),
            (TEXT_VERSION, people.chen.user, None),
        ]
        logged = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action.in_([Action.CONSENT_GIVEN, Action.CONSENT_WITHDRAWN]))
            .order_by(AuditEntry.id)
        ).all()
        facts = {"purpose": "publish", "channel": "phone", "text_version": TEXT_VERSION}
        assert [entry.action for entry in logged] == [
            Action.CONSENT_GIVEN, Action.CONSENT_WITHDRAWN, Action.CONSENT_GIVEN,
        ]  # fmt: skip
        assert [entry.detail for entry in logged] == [facts] * 3


def test_what_is_in_force(app: Flask, people: Cast) -> None:
    give(app, people.chen, PUBLISHED)
    give(app, people.chen, Question(Purpose.LECTURES, Channel.EMAIL))
    give(app, people.zhou, Question(Purpose.BRANCHES, Channel.PHONE))
    with app.app_context(), unit_of_work() as session:
        service.give(
            session,
            actor=who_of_branch(people.li),
            owner=Owner(user_id=people.li.user),
            question=Question(Purpose.LECTURES, Channel.PHONE),
            now=NOW,
        )
    withdraw(app, people.chen, PUBLISHED)
    with app.app_context():
        found = queries.in_force(
            db.session(), instructor_ids=[people.chen.id], user_ids=[people.li.user]
        )
        assert found.of_entry(people.chen.id, Channel.PHONE) == set()
        assert found.of_entry(people.chen.id, Channel.EMAIL) == {Purpose.LECTURES}
        assert found.of_account(people.li.user, Channel.PHONE) == {Purpose.LECTURES}
        assert found.of_entry(people.zhou.id, Channel.PHONE) == set()


def test_nobody_agrees_for_another(app: Flask, people: Cast) -> None:
    for actor in (who(people.zhou), who_of_branch(people.li)):
        for change in (service.give, service.withdraw):
            with app.app_context(), pytest.raises(NotFound), unit_of_work() as session:
                change(
                    session,
                    actor=actor,
                    owner=Owner(instructor_id=people.chen.id),
                    question=PUBLISHED,
                    now=NOW,
                )


def test_a_published_contact_is_on_the_next_page_and_gone_from_the_one_after(
    app: Flask, client: Client, people: Cast
) -> None:
    add_contacts(app, people.chen.id)
    here = f"/instructors/{people.chen.id}"
    chen = Client(app).sign_in(CHEN)
    chen.get("/consents/first")
    assert PHONE not in client.get(here).text
    address = f"/consents/entry-{people.chen.id}/publish-phone"
    assert chen.post(f"{address}/give").status_code == 303
    page = client.get(here)
    assert PHONE in page.text
    assert EMAIL not in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in page.headers
    shown = chen.get(f"/consents?changed=entry-{people.chen.id}.publish-phone").text
    assert f"{address}/withdraw" in shown
    assert chen.post(f"{address}/withdraw").status_code == 303
    assert PHONE not in client.get(here).text


def test_the_page_of_somebody_else_changes_nothing(app: Flask, people: Cast) -> None:
    add_contacts(app, people.chen.id)
    li = Client(app).sign_in(LI)
    address = f"/consents/entry-{people.chen.id}/publish-phone"
    assert [li.post(f"{address}/{act}").status_code for act in ("give", "withdraw")] == [404, 404]
    assert Client(app).get("/consents").status_code == 302


@pytest.mark.parametrize("name", ["publish-fax", "entry-phone", "x", "publish-entry"])
def test_what_is_not_asked_cannot_be_answered(app: Flask, people: Cast, name: str) -> None:
    add_contacts(app, people.chen.id)
    chen = Client(app).sign_in(CHEN)
    assert chen.post(f"/consents/entry-{people.chen.id}/{name}/give").status_code == 404


def test_the_entry_is_asked_for_where_each_person_decides(app: Flask, people: Cast) -> None:
    chen = Client(app).sign_in(CHEN)
    give_entry = f"/consents/entry-{people.chen.id}/entry-entry/give"
    assert chen.post(give_entry).status_code == 404
    open_register(app, PublicRegister.PER_PERSON)
    assert chen.post(give_entry).status_code == 303
    with app.app_context():
        assert db.session().get_one(Instructor, people.chen.id).public
    withdraw(app, people.chen, ENTRY)
    with app.app_context():
        assert not db.session().get_one(Instructor, people.chen.id).public


def test_the_first_sign_in_asks_once(app: Flask, people: Cast) -> None:
    add_contacts(app, people.chen.id)
    chen = Client(app).sign_in(CHEN)
    answer = chen.get("/inbox?x=1")
    assert answer.status_code == 302
    assert answer.location == "/consents/first?next=/inbox?x%3D1"
    page = chen.get("/consents/first?next=/inbox").text
    assert page.count('type="radio"') == 12
    assert " checked" not in page
    chen.post(
        "/consents/first", {"next": "/inbox", f"entry-{people.chen.id}.lectures-phone": "yes"}
    )
    chen = Client(app).sign_in(CHEN)
    assert chen.get("/inbox").status_code == 200
    with app.app_context():
        found = queries.in_force(db.session(), instructor_ids=[people.chen.id])
        assert found.of_entry(people.chen.id, Channel.PHONE) == {Purpose.LECTURES}
        assert found.of_entry(people.chen.id, Channel.EMAIL) == set()


def test_skipping_is_an_answer_and_leaving_the_page_is_none(app: Flask, people: Cast) -> None:
    add_account_contact(app, people.li.user)
    li = Client(app).sign_in(LI)
    assert li.get("/start").location.startswith("/consents/first")
    # Who goes elsewhere can work, and is asked at the next sign-in.
    assert li.get("/start").location == "/lectures"
    li = Client(app).sign_in(LI)
    assert li.get("/start").location.startswith("/consents/first")
    sent = {"skip": "1", "account.lectures-phone": "yes", "next": "https://example.com/"}
    assert li.post("/consents/first", sent).location == "/start"
    assert Client(app).sign_in(LI).get("/start").location == "/lectures"
    with app.app_context():
        assert db.session().scalars(select(Consent)).all() == []


def test_who_has_nothing_to_decide_is_not_asked(app: Flask, people: Cast) -> None:
    chen = Client(app).sign_in(CHEN)
    assert chen.get("/start").location == "/inbox"
    assert chen.get("/consents").status_code == 200
