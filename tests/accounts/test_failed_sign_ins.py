"""Wrong passwords: counted in the database, with a growing delay, for all processes together."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from passlib.hash import argon2
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from booking.accounts.engine.delays import ACCOUNT, ADDRESS, PAIR
from booking.accounts.models import AttemptCount, User
from booking.accounts.sign_in.password_hash import OneAtATime
from booking.accounts.tasks import forget_attempts
from booking.db import db, unit_of_work
from booking.notifications.transmission.delivery import deliver
from tests import databases, summaries
from tests.browser import Client
from tests.conftest import Time
from tests.counting import QueryCount
from tests.factories import LI, PASSWORD, ZHAO, Cast
from tests.mailbox import read

WRONG = "wrong horse battery"
NOBODY = "nobody@example.org"
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def attempt(
    client: Client, email: str = LI, password: str = WRONG, *, address: str = "192.0.2.1"
) -> TestResponse:
    return client.post(
        "/login",
        {"email": email, "password": password},
        environ_overrides={"REMOTE_ADDR": address},
    )


def statuses(client: Client, count: int, **options: Any) -> list[int]:
    return [attempt(client, **options).status_code for _ in range(count)]


@pytest.mark.parametrize("email", [LI, NOBODY])
def test_after_five_failures_each_further_one_waits_longer(
    client: Client, people: Cast, time: Time, email: str
) -> None:
    client.language("en")
    assert statuses(client, 5, email=email) == [422] * 5

    waits = []
    for _ in range(6):
        refused = attempt(client, email)
        assert refused.status_code == 429
        # Waiting is enough: attempts that are refused prolong nothing.
        waits.append(int(refused.headers["Retry-After"]))
        time.now += timedelta(seconds=waits[-1])
        assert attempt(client, email).status_code == 422

    assert waits == [60, 120, 240, 480, 900, 900]


@sqlite_only
@pytest.mark.parametrize("email", [LI, NOBODY])
def test_the_refusal_says_how_long_and_keeps_the_address(
    client: Client, people: Cast, email: str
) -> None:
    client.language("en")
    statuses(client, 5, email=email)

    refused = attempt(client, email, PASSWORD)

    assert (refused.status_code, summaries.of_no_field(refused.text)) == (
        429,
        [
            "Too many wrong passwords. Wait 60 seconds, then try again, or set a new password by "
            "mail."
        ],
    )
    assert f'value="{email}"' in refused.text
    assert PASSWORD not in refused.text


@sqlite_only
def test_the_right_password_signs_in_after_the_wait_and_begins_anew(
    app: Flask, client: Client, people: Cast, time: Time
) -> None:
    statuses(client, 5)
    assert attempt(client, password=PASSWORD).status_code == 429
    time.now += timedelta(seconds=61)
    assert attempt(client, password=PASSWORD).status_code == 302
    assert statuses(Client(app), 4) == [422] * 4


@sqlite_only
@pytest.mark.parametrize("known", [False, True])
def test_a_new_password_by_mail_ends_the_wait(
    app: Flask, client: Client, people: Cast, time: Time, known: bool
) -> None:
    """The sentence of the refusal says so."""
    new = "another horse battery"
    if known:
        client.sign_in(LI).sign_out()
    assert statuses(client, 6)[-1] == 429
    client.post("/reset", {"email": LI})
    with app.app_context():
        deliver(time.now)
    [file] = (Path(app.instance_path) / "mail").glob("*.eml")
    body = read(file.read_bytes()).get_body(("plain",))
    assert body is not None
    [path] = re.findall(r"/reset/\S+", body.get_content())

    answer = client.post(path, {"password": new, "password_confirm": new})

    assert (answer.status_code, answer.location) == (302, "/login")
    assert attempt(client, password=PASSWORD).status_code == 422
    assert attempt(client, password=new).status_code == 302


@sqlite_only
def test_programs_that_ask_for_json_are_told_the_same(client: Client, people: Cast) -> None:
    form = {"email": LI, "password": WRONG}
    json = {"Accept": "application/json"}
    told = [client.post("/login", form, headers=json) for _ in range(6)]

    assert [one.status_code for one in told] == [422] * 5 + [429]
    assert told[-1].headers["Retry-After"] == "60"


@sqlite_only
def test_a_stranger_elsewhere_locks_nobody_out(app: Flask, people: Cast) -> None:
    assert statuses(Client(app), 7, address="203.0.113.9")[-1] == 429

    assert attempt(Client(app), password=PASSWORD).status_code == 302


@sqlite_only
def test_a_browser_that_signed_in_before_is_counted_by_itself(app: Flask, people: Cast) -> None:
    own = Client(app).sign_in(LI)
    own.sign_out()
    # The stranger sits in the same office, and others help from everywhere.
    statuses(Client(app), 6, address="127.0.0.1")
    for number in range(ACCOUNT.free):
        attempt(Client(app), address=f"198.51.100.{number}")
    assert attempt(Client(app), address="192.0.2.77").status_code == 429

    assert attempt(own, password=PASSWORD, address="127.0.0.1").status_code == 302
    # It is bounded as well, and knows one account only.
    own.sign_out()
    assert statuses(own, 6)[-2:] == [422, 429]
    assert attempt(own, ZHAO).status_code == 422


@sqlite_only
def test_a_cookie_of_another_user_or_forged_helps_nobody(app: Flask, people: Cast) -> None:
    zhao = Client(app).sign_in(ZHAO)
    zhao.sign_out()
    assert statuses(zhao, 6)[-1] == 429
    forged = Client(app)
    forged.flask.set_cookie("browser", "WzEsIngiXQ.aaaa.bbbb", path="/login")
    assert attempt(forged).status_code == 429


@sqlite_only
def test_one_password_on_many_accounts_is_bounded_by_address(
    app: Flask, people: Cast, time: Time
) -> None:
    own = Client(app).sign_in(LI)
    own.sign_out()
    sprayer = Client(app)
    form = {"password": WRONG, "csrf_token": sprayer.token()}
    told = [
        sprayer.post(
            "/login",
            form | {"email": f"branch{number}@example.org"},
            csrf=False,
            environ_overrides={"REMOTE_ADDR": "192.0.2.1"},
        ).status_code
        for number in range(ADDRESS.free + 5)
    ]
    assert told == [422] * ADDRESS.free + [429] * 5
    # A sign-in that succeeds takes only itself back.
    assert attempt(Client(app), ZHAO, PASSWORD).status_code == 429
    time.now += timedelta(minutes=1)
    assert attempt(Client(app), ZHAO, PASSWORD).status_code == 302
    assert statuses(sprayer, 3, email="another@example.org") == [422, 429, 429]
    assert attempt(own, password=PASSWORD).status_code == 302


@sqlite_only
def test_addresses_of_one_ipv6_network_count_together(app: Flask, people: Cast) -> None:
    told = [
        attempt(Client(app), address=f"2001:db8:0:1::{number:x}").status_code
        for number in range(1, 7)
    ]
    assert told == [422] * 5 + [429]
    assert attempt(Client(app), address="2001:db8:0:2::1").status_code == 422


@sqlite_only
@pytest.mark.parametrize("email", [LI.upper(), "Li@EXAMPLE.org"])
def test_another_spelling_is_the_same_account(app: Flask, people: Cast, email: str) -> None:
    client = Client(app)
    statuses(client, 5)
    assert attempt(client, email).status_code == 429


@sqlite_only
def test_counts_name_nobody_and_go_when_they_say_nothing(
    app: Flask, client: Client, people: Cast, time: Time
) -> None:
    statuses(client, 6)
    with app.app_context():
        keys = list(db.session.scalars(select(AttemptCount.key)))
        assert [re.fullmatch("[0-9a-f]{64}", key) is not None for key in keys] == [True] * 3
        forget_attempts(time.now + timedelta(minutes=4))
        assert db.session.scalar(select(func.count()).select_from(AttemptCount)) == 3
        forget_attempts(time.now + PAIR.leak * 6)
        assert db.session.scalar(select(func.count()).select_from(AttemptCount)) == 0


def test_fifty_at_once_are_five(
    app: Flask, people: Cast, database_url: str, tmp_path: Path
) -> None:
    """Two applications with engines of their own, as two processes have them."""
    with ExitStack() as running:
        apps = [app, running.enter_context(databases.running(database_url, tmp_path))]
        clients = [Client(apps[number % 2]) for number in range(50)]
        barrier = Barrier(len(clients))
        tokens = {id(client): client.token() for client in clients}

        def guess(client: Client) -> int:
            form = {"email": LI, "password": WRONG, "csrf_token": tokens[id(client)]}
            barrier.wait()
            return client.post("/login", form, csrf=False).status_code

        with ThreadPoolExecutor(len(clients)) as pool:
            told = Counter(pool.map(guess, clients))

    # A full queue of password checks refuses some of the five unchecked.
    assert told[422] + told[503] + told[429] == 50
    assert 1 <= told[422] <= 5
    assert told[429] >= 50 - 5 - told[503]


@sqlite_only
def test_who_must_wait_costs_no_hash(app: Flask, client: Client, people: Cast) -> None:
    security = app.extensions["security"]
    counting = security.pwd_context = Counting(security.pwd_context)
    statuses(client, 9)
    assert counting.calls == 5


class Counting:
    """Counts what a context hashes."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self.calls = 0

    def hash(self, *arguments: Any) -> Any:
        self.calls += 1
        return self._context.hash(*arguments)

    def verify(self, *arguments: Any) -> Any:
        self.calls += 1
        return self._context.verify(*arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)


@sqlite_only
def test_a_full_line_is_told_at_once_and_counts_for_nothing(
    app: Flask, client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OneAtATime, "MOST_WAITING", -1)
    client.language("en")
    refused = [attempt(client) for _ in range(7)]

    assert {answer.status_code for answer in refused} == {503}
    assert refused[0].headers["Retry-After"] == "2"
    assert f'value="{LI}"' in refused[0].text
    monkeypatch.undo()
    assert attempt(Client(app), password=PASSWORD).status_code == 302


@sqlite_only
@pytest.mark.parametrize("password_cost", [{}])
def test_an_old_hash_fits_and_is_renewed(app: Flask, people: Cast) -> None:
    heavy = argon2.using(memory_cost=64 * 1024, rounds=3, parallelism=4, type="ID").hash(PASSWORD)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).where(User.email == LI).values(password=heavy))

    Client(app).sign_in(LI)

    with app.app_context():
        stored = db.session.scalar(select(User.password).where(User.email == LI)) or ""
        assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    Client(app).sign_in(LI)


def test_a_sign_in_needs_few_statements(app: Flask, people: Cast) -> None:
    """The counts, the account, its factors, consents, the sign-in, the log: nothing twice."""
    told = []
    browser = Client(app)
    for password in (WRONG, PASSWORD, PASSWORD):  # At last from a browser that is known.
        form = {"email": LI, "password": password, "csrf_token": browser.token()}
        with QueryCount.of(app) as count, count() as seen:
            browser.post("/login", form, csrf=False)
        told.append(len([one for one in seen if not one.startswith(("PRAGMA", "SELECT set_"))]))
        browser.sign_out()
    assert [told[0] <= 9, told[1] <= 17, told[2] <= 12] == [True] * 3, told
