"""Accounts that are known by a telephone number instead of a mail address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from booking.accounts import access, service
from booking.accounts.engine.roles import Role
from booking.accounts.engine.sign_in_names import SignInName, compared, read, shown_phone
from booking.accounts.models import ResetRequest, User
from booking.audit import Action, AuditEntry, SubjectKind
from booking.db import db, unit_of_work
from booking.errors import Invalid
from booking.instructors import service as instructors
from booking.notifications.models import Delivery
from booking.notifications.transmission.delivery import deliver
from tests import factories, summaries
from tests.browser import Client
from tests.conftest import Time
from tests.factories import LI, NOW, PASSWORD, WANG, Cast, at

PHONE, NUMBER = "12000000077", "+8612000000077"


@pytest.mark.parametrize(
    "typed",
    [
        "12000000077",
        " 120 0000 0077 ",
        "120-0000-0077",
        "+86 120 0000 0077",
        "008612000000077",
        "8612000000077",
        "\uff11\uff12\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff17\uff17",
    ],
)
def test_a_number_is_one_name_however_it_is_typed(typed: str) -> None:
    assert read(typed) == SignInName(phone=NUMBER)
    assert compared(typed) == NUMBER


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1200000007",
        "120000000777",
        "110",
        "abc",
        "1" * 200,
        "12000000077 ext 5",
        "a@",
        "@b.org",
    ],
)
def test_what_is_no_name_is_none(typed: str) -> None:
    assert read(typed) is None
    assert compared(typed) == typed


def test_an_address_is_compared_in_small_letters() -> None:
    assert read(" Li@Example.ORG ") == SignInName(email="li@example.org")


@pytest.mark.parametrize(("number", "shown"), [(NUMBER, PHONE), ("+85251234567", "+85251234567")])
def test_a_number_is_shown_as_people_write_it(number: str, shown: str) -> None:
    assert shown_phone(number) == shown


@pytest.fixture
def teacher(app: Flask, people: Cast) -> int:
    """An instructor in Wang's region whose account is known by a number only; the user's id."""
    with app.app_context(), unit_of_work() as session:
        instructor = factories.make_instructor(session, "高山")
        factories.open_hours(session, instructor)
        user = service.create_user(
            session,
            phone="120 0000 0077",
            name="高山",
            password_hash=factories.password_hash(),
            now=NOW,
        )
        service.add_membership(
            session, user=user, role=Role.INSTRUCTOR, instructor_id=instructor, now=NOW
        )
        return user.id


@pytest.mark.parametrize("typed", [PHONE, "+86 120-0000-0077"])
def test_a_number_signs_in(app: Flask, teacher: int, typed: str) -> None:
    client = Client(app).language("en")
    answer = client.post("/login", {"email": typed, "password": PASSWORD})

    assert (answer.status_code, answer.location) == (302, "/start")
    assert client.get("/inbox").status_code == 200
    with app.app_context():
        assert db.session().get_one(User, teacher).signed_in_at == NOW


def test_a_wrong_number_and_a_wrong_password_are_told_alike(app: Flask, teacher: int) -> None:
    told = [
        summaries.of_no_field(
            Client(app).language("en").post("/login", {"email": typed, "password": "wrong"}).text
        )
        for typed in (PHONE, "12000000078")
    ]
    assert told[0] == told[1] == ["Authentication failed - identity or password/passcode invalid"]
    with app.app_context():
        entries = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == Action.SIGN_IN_FAILED)
            .order_by(AuditEntry.id)
        ).all()
        db.session.remove()
    assert [(entry.subject_kind, entry.subject_id) for entry in entries] == [
        (SubjectKind.USER, teacher),
        (SubjectKind.USER, None),
    ]
    assert [entry.typed_hash is None for entry in entries] == [True, False]


def test_one_number_has_one_account(app: Flask, teacher: int) -> None:
    with app.app_context(), pytest.raises(Invalid) as refused, unit_of_work() as session:
        service.create_user(session, phone="+86 12000000077", name="别人", now=NOW)
    assert refused.value.field == "phone"


def test_an_account_is_known_by_something(app: Flask) -> None:
    with app.app_context(), pytest.raises(IntegrityError), unit_of_work() as session:
        service.create_user(session, name="无名", now=NOW)


def test_a_reset_by_number_says_who_helps(app: Flask, teacher: int) -> None:
    told = {
        tuple(summaries.lines(Client(app).language("en").post("/reset", {"email": typed}).text))
        for typed in (PHONE, "12000000078")
    }
    sentence = (
        "No mail can go to a telephone number. Ask your coordinator, who can make a link for you "
        "with which you set a new password."
    )
    assert told == {(("email", sentence),)}
    with app.app_context():
        assert db.session.scalars(select(ResetRequest)).all() == []


def test_coordinators_are_told_where_no_mail_reaches_the_instructor(
    app: Flask, people: Cast, teacher: int, time: Time
) -> None:
    with app.app_context():
        instructor_id = db.session().get_one(User, teacher).memberships[0].instructor_id
        assert instructor_id is not None
        topic_id = instructors.topic_ids(db.session(), instructor_id)[0]
        db.session.remove()
    factories.requested(app, people, at(3, 9), instructor_id=instructor_id, topic_id=topic_id)
    with app.app_context():
        deliver(time.now)
        recipients = db.session.scalars(select(Delivery.recipient).order_by(Delivery.id)).all()
    assert sorted(recipients) == [LI, WANG]


def test_pages_of_the_account_work_without_an_address(app: Flask, teacher: int) -> None:
    client = Client(app).language("en").sign_in(PHONE)
    page = client.get("/account")
    assert page.status_code == 200
    assert PHONE in page.text
    assert "/change-email" not in page.text
    refused = client.post("/change-email", {"email": "new@example.org", "password": PASSWORD})
    assert refused.status_code == 422
    new = "steam lantern 42 orchard"
    form = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    assert client.post("/change", form).status_code == 302
    with app.app_context():
        assert db.session.scalars(select(Delivery.recipient)).all() == []


def test_an_account_is_found_by_its_number(app: Flask, teacher: int) -> None:
    with app.app_context(), unit_of_work() as session:
        access.disable(session, user=access.user_of(session, PHONE), now=NOW + timedelta(days=1))
    assert Client(app).post("/login", {"email": PHONE, "password": PASSWORD}).status_code == 422


def test_the_command_line_makes_and_finds_accounts_by_number(app: Flask, people: Cast) -> None:
    runner = app.test_cli_runner()
    made = runner.invoke(args=["user", "create", PHONE, "--name", "高山", "--admin"])
    assert made.exit_code == 0, made.output
    listed = runner.invoke(args=["user", "role", "list", PHONE])
    assert listed.output == f"{PHONE}: --admin\n"
