"""Signing in by a code that is sent to the account's telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts import access, service
from booking.accounts.codes import service as codes
from booking.accounts.codes.models import SignInCode
from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.audit import Action, AuditEntry, SubjectKind
from booking.contacts.consents import service as consents
from booking.db import db, unit_of_work
from booking.notifications.models import Delivery
from booking.notifications.texts import service as text_service
from tests import factories, summaries
from tests.browser import Client
from tests.conftest import Time
from tests.counting import QueryCount
from tests.factories import NOW, PASSWORD, Cast
from tests.notifications.conftest import round_of_work
from tests.notifications.test_texts import use
from tests.notifications.texting import HOOK_KEY, TextServer, serving

PHONE, NUMBER, UNKNOWN = "12000000077", "+8612000000077", "12000000078"


@pytest.fixture
def server(app: Flask, time: Time) -> Iterator[TextServer]:
    """A hook that takes texts; codes are on."""
    with serving(lambda: time.now.timestamp()) as found:
        use(
            app,
            text_service="hook",
            text_hook_url=f"{found.url}/hook",
            text_hook_secret=HOOK_KEY,
            phone_codes="yes",
        )
        yield found


@pytest.fixture
def teacher(app: Flask, people: Cast) -> int:
    """An instructor's account that is known by a number only; the user's id."""
    with app.app_context(), unit_of_work() as session:
        user = service.create_user(
            session, phone=NUMBER, name="高山", password_hash=factories.password_hash(), now=NOW
        )
        instructor = factories.make_instructor(session, "高山")
        service.add_membership(
            session, user=user, role=Role.INSTRUCTOR, instructor_id=instructor, now=NOW
        )
        consents.note_answered(session, user_id=user.id, now=NOW)
        return user.id


def asks(app: Flask, time: Time, phone: str = PHONE, browser: Client | None = None) -> Client:
    """A browser that has asked for a code, which was sent if it may be."""
    client = browser or Client(app).language("en")
    answer = client.post("/login/phone", {"phone": phone})
    assert (answer.status_code, answer.location) == (303, "/login/phone/code")
    round_of_work(app, time)
    return client


def sent(server: TextServer) -> str:
    """The code that was sent last."""
    return str(server.taken[-1]["values"]["code"])


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**codes.DIGITS:0{codes.DIGITS}}"


def signed_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def actions(app: Flask) -> list[tuple[str, object, object, object]]:
    with app.app_context():
        query = select(AuditEntry).order_by(AuditEntry.id)
        return [
            (one.action, one.subject_kind, one.subject_id, one.detail)
            for one in db.session.scalars(query)
            if one.action in (Action.CODE_ASKED, Action.SIGN_IN, Action.SIGN_IN_FAILED)
        ]


def test_a_code_signs_in_once(app: Flask, teacher: int, server: TextServer, time: Time) -> None:
    client = asks(app, time)
    assert server.numbers == [NUMBER]
    code = sent(server)
    assert len(code) == codes.DIGITS
    answer = client.post("/login/phone/code", {"code": f"{code[:3]} {code[3:]}"})
    assert (answer.status_code, answer.location) == (303, "/start")
    assert signed_in(client)
    user = (SubjectKind.USER, teacher)
    assert actions(app) == [
        (Action.CODE_ASKED, *user, {}),
        (Action.SIGN_IN, *user, {"via": ["code"]}),
    ]
    # Another browser has not asked, so the same code is nothing there.
    assert Client(app).post("/login/phone/code", {"code": code}).location == "/login/phone"


def test_codes_are_off_by_default(app: Flask, teacher: int, server: TextServer) -> None:
    assert 'href="/login/phone"' in Client(app).get("/login").text
    use(app, phone_codes="no")
    assert 'href="/login/phone"' not in Client(app).get("/login").text
    for path in ("/login/phone", "/login/phone/code"):
        assert Client(app).get(path).status_code == 404


def test_the_answers_are_the_same_for_every_number(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    told = []
    for phone in (PHONE, UNKNOWN):
        client = asks(app, time, phone)
        page = client.get("/login/phone/code")
        wrong = [client.post("/login/phone/code", {"code": "123456"}) for _try in range(7)]
        told.append(
            (
                page.text.replace(phone, ""),
                [(one.status_code, summaries.lines(one.text)) for one in wrong],
            )
        )
    strip = [text.partition("csrf_token")[0] for text, _rest in told]
    assert strip[0] == strip[1]
    assert told[0][1] == told[1][1]
    assert {status for status, _lines in told[0][1]} == {422}
    assert server.numbers == [NUMBER]
    failed = [one for one in actions(app) if one[0] == Action.SIGN_IN_FAILED]
    assert [one[2] for one in failed] == [teacher] * 7 + [None] * 7


def test_a_code_can_be_typed_five_times(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    client = asks(app, time)
    code = sent(server)
    for _try in range(codes.MOST_ATTEMPTS):
        assert client.post("/login/phone/code", {"code": other(code)}).status_code == 422
    assert client.post("/login/phone/code", {"code": code}).status_code == 422
    assert not signed_in(client)


def test_what_is_no_code_is_no_attempt(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    client = asks(app, time)
    for typed in ("", "12345", "1234567", "abcdef", "１２３４５６"):
        assert client.post("/login/phone/code", {"code": typed}).status_code == 422
    with app.app_context():
        assert [row.attempts for row in db.session.scalars(select(SignInCode))] == [0]


@pytest.mark.parametrize(("seconds", "status"), [(299, 303), (300, 422)])
def test_a_code_is_valid_for_five_minutes(
    app: Flask, teacher: int, server: TextServer, time: Time, seconds: int, status: int
) -> None:
    client = asks(app, time)
    time.now += timedelta(seconds=seconds)
    assert client.post("/login/phone/code", {"code": sent(server)}).status_code == status


def test_it_is_stored_as_a_keyed_hash_only(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    server.trouble = lambda _phone: 503
    client = Client(app)
    client.post("/login/phone", {"phone": PHONE})
    round_of_work(app, time)
    with app.app_context():
        [delivery] = db.session.scalars(select(Delivery).where(Delivery.channel == "text"))
        [row] = db.session.scalars(select(SignInCode))
        stored = (delivery.message or b"").decode() + delivery.subject
        assert (row.phone, len(row.code_hash or "")) == (None, 64)
    server.trouble = lambda _phone: "Ok"
    round_of_work(app, time)
    code = sent(server)
    assert code not in stored
    assert code in server.taken[-1]["text"]


def test_a_lost_answer_sends_no_second_code(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    server.trouble = lambda _phone: "hang up"
    asks(app, time)
    time.now += timedelta(minutes=2)
    round_of_work(app, time)
    assert len(server.offered) == 1


def test_a_code_that_waited_too_long_is_not_sent(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    server.trouble = lambda _phone: 503
    asks(app, time)
    time.now += timedelta(minutes=5)
    server.trouble = lambda _phone: "Ok"
    round_of_work(app, time)
    assert (len(server.offered), server.taken) == (1, [])


def test_a_new_password_ends_it(app: Flask, teacher: int, server: TextServer, time: Time) -> None:
    client = asks(app, time)
    with app.app_context(), unit_of_work() as session:
        session.get_one(User, teacher).fs_uniquifier = "changed"
    assert client.post("/login/phone/code", {"code": sent(server)}).status_code == 422


def test_a_suspended_account_gets_none(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    client = asks(app, time)
    with app.app_context(), unit_of_work() as session:
        access.disable(session, user=access.user_of(session, PHONE), now=time.now)
    assert client.post("/login/phone/code", {"code": sent(server)}).status_code == 422
    asks(app, time)
    assert len(server.taken) == 1


def test_administrators_without_a_second_step_get_none(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    with app.app_context(), unit_of_work() as session:
        user = session.get_one(User, teacher)
        service.add_membership(session, user=user, role=Role.ADMIN, now=NOW)
    asks(app, time)
    assert server.taken == []


def test_a_stop_of_texts_does_not_lock_out(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    with app.app_context(), unit_of_work() as session:
        text_service.stop(session, session.get_one(User, teacher), now=NOW)
    asks(app, time)
    assert server.numbers == [NUMBER]


def test_too_many_codes_are_refused_alike(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    told = []
    for phone in (PHONE, UNKNOWN):
        for _time in range(codes.NUMBER.free):
            asks(app, time, phone)
        answer = Client(app).language("en").post("/login/phone", {"phone": phone})
        told.append((answer.status_code, answer.headers["Retry-After"]))
    assert told[0] == told[1] == (429, "300")
    assert len(server.taken) == codes.NUMBER.free


def test_the_limit_of_an_address_holds_for_all_numbers(
    app: Flask, teacher: int, server: TextServer
) -> None:
    statuses = [
        Client(app).post("/login/phone", {"phone": f"1200000{number:04}"}).status_code
        for number in range(codes.ADDRESS.free + 1)
    ]
    assert statuses == [303] * codes.ADDRESS.free + [429]


def test_what_follows_is_where_one_wanted_to_go(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    for wanted, reached in (("/me", "/me"), ("https://evil.example/", "/start")):
        client = Client(app).language("en")
        client.post("/login/phone", {"phone": PHONE, "next": wanted})
        round_of_work(app, time)
        page = client.get(f"/login/phone/code?next={wanted}")
        assert ('name="next"' in page.text) is (wanted == reached)
        answer = client.post("/login/phone/code", {"code": sent(server), "next": wanted})
        assert answer.location == reached
        time.now += timedelta(hours=1)


def test_factors_ask_for_the_password_after_a_code(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    client = asks(app, time)
    client.post("/login/phone/code", {"code": sent(server)})
    assert "/verify" in str(client.get("/account/passkeys").location)


def test_requests_are_forgotten(app: Flask, teacher: int, server: TextServer, time: Time) -> None:
    asks(app, time)
    time.now += timedelta(hours=2)
    round_of_work(app, time)
    with app.app_context():
        assert db.session.scalars(select(SignInCode)).all() == []


def test_of_two_who_type_it_at_once_one_is_signed_in(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    """Both with the cookies of the browser that asked."""
    asks(app, time)
    with app.app_context():
        request_id = db.session.scalars(select(SignInCode.id)).one()
        db.session.remove()
    code, start, users = sent(server), Barrier(4), []

    def types() -> None:
        start.wait()
        with app.app_context(), unit_of_work() as session:
            user = codes.accept(session, request_id, code, now=time.now)
            users.append(None if user is None else user.id)

    threads = [Thread(target=types) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(users, key=str) == [teacher, None, None, None]


def test_guesses_at_once_are_counted(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    asks(app, time)
    with app.app_context():
        request_id = db.session.scalars(select(SignInCode.id)).one()
        db.session.remove()
    code = sent(server)

    def guesses() -> None:
        with app.app_context(), unit_of_work() as session:
            codes.accept(session, request_id, other(code), now=time.now)

    threads = [Thread(target=guesses) for _one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert db.session.get_one(SignInCode, request_id).attempts == codes.MOST_ATTEMPTS
        with unit_of_work() as session:
            assert codes.accept(session, request_id, code, now=time.now) is None


def test_the_password_still_signs_in(app: Flask, teacher: int, server: TextServer) -> None:
    answer = Client(app).post("/login", {"email": PHONE, "password": PASSWORD})
    assert answer.location == "/start"


def test_the_field_is_filled_by_telephones(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    page = asks(app, time).get("/login/phone/code").text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page


def test_a_known_number_costs_the_same_statements(
    app: Flask, teacher: int, server: TextServer, time: Time, queries: QueryCount
) -> None:
    """Answers that take as long tell no more than answers that are the same."""
    asked, typed = [], []
    for phone in (PHONE, UNKNOWN):
        client = Client(app).language("en")
        client.get("/login/phone")
        with queries() as statements:
            assert client.post("/login/phone", {"phone": phone}).status_code == 303
        asked.append(list(statements))
        round_of_work(app, time)
        with queries() as statements:
            assert client.post("/login/phone/code", {"code": "000000"}).status_code == 422
        typed.append(list(statements))
    assert asked[0] == asked[1]
    assert typed[0] == typed[1]


def test_cookies_from_before_sign_in_nobody_again(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    """Somebody who copied the cookies of the browser that asked."""
    client = asks(app, time)
    code, copied = sent(server), client.flask.get_cookie("session")
    assert copied is not None
    assert client.post("/login/phone/code", {"code": code}).status_code == 303
    thief = Client(app).language("en")
    thief.flask.set_cookie("session", copied.value)
    assert thief.post("/login/phone/code", {"code": code}).status_code == 422
    assert not signed_in(thief)


def test_a_code_is_of_the_request_that_it_was_sent_for(
    app: Flask, teacher: int, server: TextServer, time: Time
) -> None:
    """Who asks for another's number, and who asks twice, has to type the code of this request."""
    victim = asks(app, time)
    earlier = sent(server)
    attacker = asks(app, time)
    later = sent(server)
    if earlier == later:
        pytest.skip("two codes are equal once in a million")
    assert attacker.post("/login/phone/code", {"code": earlier}).status_code == 422
    assert victim.post("/login/phone/code", {"code": later}).status_code == 422
    assert not signed_in(attacker)
    assert victim.post("/login/phone/code", {"code": earlier}).status_code == 303
