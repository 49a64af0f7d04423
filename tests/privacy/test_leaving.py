"""Somebody leaves: at once, when it is taken back, and when nothing is owed any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.audit import Action
from booking.availability.models import Term
from booking.contacts.models import Consent
from booking.db import db, unit_of_work
from booking.errors import Invalid
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Instructor
from booking.lectures.engine.states import Command, Party
from booking.members.errors import LastAdministrator
from booking.nominations.models import Departure
from booking.privacy.exits import service
from booking.privacy.exits.errors import LeavesAlready, NothingToTakeBack
from booking.visibility.engine.readers import Purpose
from tests import factories
from tests.audit_log import entries
from tests.browser import Client
from tests.calendars.conftest import open_feed
from tests.conftest import Time
from tests.factories import CHEN, NOW, Cast, at
from tests.nominations.test_renewals import term, terms
from tests.privacy.leaving import GRACE, TODAY, ask, take_back, work


def consent(app: Flask, instructor_id: int) -> None:
    """A consent to publish the telephone number."""
    with app.app_context(), unit_of_work() as session:
        session.add(
            Consent(
                instructor_id=instructor_id,
                purpose=Purpose.PUBLISH,
                channel=Channel.PHONE,
                text_version="1",
                given_at=NOW,
            )
        )


def roles(app: Flask, user_id: int) -> set[Role]:
    with app.app_context():
        query = select(Membership.role).where(Membership.user_id == user_id)
        return set(db.session.scalars(query))


def test_the_entry_is_hidden_at_once(app: Flask, people: Cast) -> None:
    term(app, people.chen.id, 100)
    consent(app, people.chen.id)
    path = f"/instructors/{people.chen.id}"
    assert Client(app).get(path).status_code == 200

    ask(app, people.chen.user)

    assert Client(app).get(path).status_code == 404
    assert path not in Client(app).get("/instructors?q=陈明").text
    assert Client(app).get(f"/api/v1/instructors/{people.chen.id}/slots").status_code == 404
    assert [last for _first, last, _number in terms(app, people.chen.id)] == [TODAY]
    with app.app_context():
        assert db.session.scalars(select(Consent.withdrawn_at)).all() == [NOW]
        assert db.session.scalars(select(Departure.reason)).all() == ["本人意愿"]
    # The person can still sign in: to take it back, and for what is promised.
    assert roles(app, people.chen.user) == {Role.INSTRUCTOR}
    with pytest.raises(LeavesAlready):
        ask(app, people.chen.user)


def test_calendar_addresses_end_at_once(app: Flask, people: Cast) -> None:
    client = Client(app).sign_in(CHEN)
    feed = open_feed(client, "instructor", people.chen.id)
    assert client.get(feed).status_code == 200
    ask(app, people.chen.user)
    assert client.get(feed).status_code == 410


def test_it_can_be_taken_back(app: Flask, people: Cast) -> None:
    term(app, people.chen.id, 100)
    term(app, people.chen.id, 500, length=300)
    before = terms(app, people.chen.id)
    consent(app, people.chen.id)
    ask(app, people.chen.user)
    assert terms(app, people.chen.id) != before

    take_back(app, people.chen.user, NOW + timedelta(days=3))

    assert Client(app).get(f"/instructors/{people.chen.id}").status_code == 200
    assert terms(app, people.chen.id) == before
    with app.app_context():
        # A consent must be given anew.
        assert db.session.scalars(select(Consent.withdrawn_at)).all() == [NOW]
    with pytest.raises(NothingToTakeBack):
        take_back(app, people.chen.user)


def test_nobody_is_erased_before_the_day(app: Flask, people: Cast, time: Time) -> None:
    ask(app, people.chen.user)
    assert work(app, time, GRACE - timedelta(seconds=1)) == 0
    assert work(app, time) == 1
    assert work(app, time) == 0


def test_who_owes_a_lecture_is_erased_after_it(app: Flask, people: Cast, time: Time) -> None:
    factories.confirmed(app, people, at(10, 9))
    ask(app, people.chen.user)
    assert work(app, time) == 0
    assert work(app, time, timedelta(days=10)) == 0
    assert work(app, time, timedelta(days=11)) == 1


def test_a_cancelled_lecture_is_not_owed(app: Flask, people: Cast, time: Time) -> None:
    number = factories.confirmed(app, people, at(10, 9))
    ask(app, people.chen.user)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CANCEL, Party.INSTRUCTOR)
    assert work(app, time) == 1


def test_who_was_erased_has_no_account(app: Flask, people: Cast, time: Time) -> None:
    client = Client(app).sign_in(CHEN)
    ask(app, people.chen.user)
    assert work(app, time) == 1
    assert client.get("/account").status_code == 302
    with app.app_context():
        user = db.session.get_one(User, people.chen.user)
        assert (user.name, user.active, user.password) == ("已退出的讲师", False, None)
        assert user.email == f"former-{user.id}@invalid"
        entry = db.session.get_one(Instructor, people.chen.id)
        assert (entry.name, entry.workplace) == (f"已退出的讲师 {entry.id}", "")
    assert roles(app, people.chen.user) == set()


def test_the_organisation_keeps_its_lectures(app: Flask, people: Cast, time: Time) -> None:
    number = factories.confirmed(app, people)
    with app.app_context(), unit_of_work() as session:
        other = factories.make_user(
            session, "second@example.org", "何晴", Role.BRANCH, organisation_id=people.li.id
        )
        assert other.id
    ask(app, people.li.user)
    assert roles(app, people.li.user) == set()
    assert work(app, time) == 1
    client = Client(app).sign_in("second@example.org")
    page = client.get(f"/lectures/{number}")
    assert page.status_code == 200
    assert "李静" not in page.text
    assert "已退出的联系人" in page.text


def test_memberships_come_back(app: Flask, people: Cast) -> None:
    ask(app, people.li.user)
    take_back(app, people.li.user)
    assert roles(app, people.li.user) == {Role.BRANCH}


def test_the_last_administrator_stays(app: Flask, people: Cast) -> None:
    with pytest.raises(LastAdministrator):
        ask(app, people.root)
    with app.app_context(), unit_of_work() as session:
        factories.make_user(session, "second@example.org", "何晴", Role.ADMIN)
    ask(app, people.root)
    assert roles(app, people.root) == set()


def test_a_coordinator_notes_the_wish_of_somebody_without_account(
    app: Flask, people: Cast, time: Time
) -> None:
    consent(app, people.zhou.id)
    with app.app_context(), unit_of_work() as session:
        imported = factories.make_instructor(session, "金丝雀")
        wang = session.get_one(User, people.wang).actor()
        more = {"instructor_id": imported, "actor": wang, "today": TODAY, "now": NOW}
        with pytest.raises(Invalid):
            service.ask_for(session, reason=" ", **more)  # type: ignore[arg-type]
        service.ask_for(session, reason="本人来电。", **more)  # type: ignore[arg-type]
    assert work(app, time) == 1
    with app.app_context():
        # Those of others stay as they are.
        assert db.session.scalars(select(Consent.withdrawn_at)).all() == [None]
        assert db.session.get_one(Instructor, imported).name == f"已退出的讲师 {imported}"
        assert db.session.scalar(select(func.count(Term.id))) == 0
    asked = entries(app, Action.LEAVING_ASKED)
    assert [one.subject_label for one in asked] == ["金丝雀"]
    assert [one.subject_label for one in entries(app, Action.PERSON_ERASED)] == [
        f"已退出的讲师 {imported}"
    ]
