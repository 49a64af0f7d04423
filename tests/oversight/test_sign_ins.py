"""What signing in and out leaves in the audit log."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from booking import crypto
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.notifications.transmission.delivery import deliver
from tests.accounts.factors import CODE, password_only, recovery_codes, send, set_up_app
from tests.audit_log import entries, last_id
from tests.browser import Client
from tests.conftest import Time
from tests.databases import SECRET_KEY
from tests.factories import LI, PASSWORD, Cast
from tests.mailbox import Mailbox, read

NEW = "another horse battery"
NETWORK = "127.0.0.0/24"


def facts(entry: AuditEntry) -> tuple[Any, ...]:
    """What an entry says, without when."""
    return (
        entry.action,
        entry.actor_id,
        entry.actor_label,
        entry.subject_id,
        entry.subject_label,
        entry.network,
        entry.detail,
    )


def since(app: Flask, start: int) -> list[tuple[Any, ...]]:
    """What was recorded after an entry."""
    return [facts(one) for one in entries(app, after=start)]


def test_signing_in_and_out(app: Flask, people: Cast, client: Client) -> None:
    start = last_id(app)

    client.sign_in(LI)
    client.get("/lectures")
    client.sign_out()

    li = (people.li.user, "李红")
    assert [one[:1] + one[3:4] + one[5:] for one in since(app, start)] == [
        (Action.SIGN_IN, li[0], NETWORK, {"via": ["password"]}),
        (Action.SIGN_OUT, li[0], NETWORK, {}),
    ]
    assert {one[1] for one in since(app, start)} == {li[0]}


def test_a_wrong_password(app: Flask, people: Cast, client: Client) -> None:
    start = last_id(app)

    client.post("/login", {"email": LI.upper(), "password": "not the right one"})

    found = entries(app, after=start)
    assert [(one.action, one.actor_id, one.subject_id, one.detail) for one in found] == [
        (Action.SIGN_IN_FAILED, None, people.li.user, {"via": ["password"]})
    ]
    assert "not the right one" not in str([vars(one) for one in found])


def test_an_unknown_account_is_known_again_by_a_keyed_hash_only(
    app: Flask, people: Cast, client: Client
) -> None:
    start = last_id(app)

    for address in ("nobody@example.net", " Nobody@example.net", "somebody@example.net"):
        client.post("/login", {"email": address, "password": PASSWORD})

    found = entries(app, after=start)
    first, second, third = (one.typed_hash for one in found)
    assert first == second != third
    known = crypto.fingerprint(SECRET_KEY, "nobody@example.net", purpose="typed address")
    assert first == known[:32]
    assert {one.subject_id for one in found} == {None}
    assert "example.net" not in str([vars(one) for one in found])


@pytest.mark.parametrize("typed", [PASSWORD, "", "139000012345"])
def test_what_is_no_address_may_be_a_password_and_is_not_kept(
    app: Flask, people: Cast, client: Client, typed: str
) -> None:
    start = last_id(app)

    client.post("/login", {"email": typed, "password": "x"})

    assert [
        (one.action, one.typed_hash, one.subject_label) for one in entries(app, after=start)
    ] == [(Action.SIGN_IN_FAILED, None, "")]


def test_a_closed_account(app: Flask, people: Cast, client: Client) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(text('UPDATE "user" SET active = false WHERE email = :e'), {"e": LI})
    start = last_id(app)

    client.post("/login", {"email": LI, "password": PASSWORD})

    assert [one[0] for one in since(app, start)] == [Action.SIGN_IN_FAILED]


def test_an_unknown_account_is_recorded_also_for_programs_that_ask_for_json(
    app: Flask, people: Cast, client: Client
) -> None:
    start = last_id(app)

    form = {"email": "nobody@example.net", "password": PASSWORD}
    client.post("/login", form, headers={"Accept": "application/json"})

    assert [one[0] for one in since(app, start)] == [Action.SIGN_IN_FAILED]


def test_both_steps_are_named_and_a_setup_is_no_sign_in(
    app: Flask, people: Cast, client: Client, time: Time
) -> None:
    client.sign_in(LI)
    start = last_id(app)

    phone = set_up_app(client, time.now)
    codes = recovery_codes(client)
    for path in (CODE, "/login/recovery"):
        time.now += timedelta(minutes=1)
        client.sign_out()
        password_only(client, LI, PASSWORD)
        code = phone.code(time.now) if path == CODE else codes[0]
        assert send(client, path, {"code": code}).status_code == 302

    found = entries(app, Action.FACTOR_ADDED, Action.SIGN_IN, after=start)
    assert [(one.action, one.subject_id, one.detail) for one in found] == [
        (Action.FACTOR_ADDED, people.li.user, {"factor": "authenticator"}),
        (Action.SIGN_IN, people.li.user, {"via": ["password", "authenticator"]}),
        (Action.SIGN_IN, people.li.user, {"via": ["password", "recovery"]}),
    ]


def test_a_change_of_the_password(app: Flask, people: Cast, client: Client) -> None:
    client.sign_in(LI)
    start = last_id(app)

    form = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    client.post("/change", form)

    assert [(one[0], one[1], one[5]) for one in since(app, start)] == [
        (Action.PASSWORD_CHANGED, people.li.user, NETWORK)
    ]


class TestReset:
    """By a link in the mail."""

    @pytest.fixture
    def environment(self, smtp: Mailbox) -> dict[str, str]:
        return {"SMTP_URL": smtp.url, "MAIL_FROM": "a@example.org"}

    def test_asked_for_and_done(
        self, app: Flask, people: Cast, client: Client, smtp: Mailbox, time: Time
    ) -> None:
        start = last_id(app)

        client.post("/reset", {"email": LI})
        client.post("/reset", {"email": "nobody@example.net"})
        with app.app_context():
            deliver(time.now)
        body = read(smtp.envelopes[0].content or b"").get_body(("plain",))
        assert body is not None
        link = re.search(r"http://localhost(/reset/\S+)", body.get_content())
        assert link is not None
        client.post(link[1], {"password": NEW, "password_confirm": NEW})

        assert [(one[0], one[3]) for one in since(app, start)] == [
            (Action.RESET_REQUESTED, people.li.user),
            (Action.RESET_REQUESTED, None),
            (Action.PASSWORD_RESET, people.li.user),
        ]


def test_signing_in_waits_for_no_lock(app: Flask, people: Cast, client: Client) -> None:
    """SQLite has one writer, so there the count of tries waits until the other one has ended."""
    start, done, held = last_id(app), threading.Event(), threading.Event()
    waited = []

    def lock() -> None:
        with app.app_context(), unit_of_work() as session:
            postgresql = db.engine.dialect.name == "postgresql"
            if postgresql:
                session.execute(text("LOCK TABLE audit_entry IN ACCESS EXCLUSIVE MODE"))
            held.set()
            waited.append(not done.wait(20 if postgresql else 1) and postgresql)

    locking = threading.Thread(target=lock)
    locking.start()
    try:
        assert held.wait(10)
        refused = client.post("/login", {"email": LI, "password": "wrong one, really"})
        assert refused.status_code == 422
        client.sign_in(LI)
    finally:
        done.set()
        locking.join()

    assert waited == [False]
    client.sign_out()
    assert [one[0] for one in since(app, start)] == [
        Action.SIGN_IN_FAILED,
        Action.SIGN_IN,
        Action.SIGN_OUT,
    ]
