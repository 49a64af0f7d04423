"""The demonstration's password is known on the loopback only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.demo import security
from tests import databases, factories
from tests.browser import Client
from tests.databases import SqliteTemplate

ADMIN = "admin@example.org"


def people_with_known_password(app: Flask) -> None:
    """Two accounts of the demonstration, and somebody's own."""
    with app.app_context(), unit_of_work() as session:
        from flask_security.utils import hash_password

        shared = hash_password(security.KNOWN)
        for user in session.scalars(select(User)):
            user.password = shared
        session.get_one(User, 1).email = ADMIN
        session.get_one(User, 2).email = "mine@yueke.example"


@pytest.fixture
def url(sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    """One kind of database is enough."""
    return sqlite_template.copy_to(tmp_path)


@pytest.fixture
def local(url: str, tmp_path: Path) -> Iterator[Flask]:
    """An installation that only this machine reaches."""
    with databases.running(url, tmp_path) as app:
        factories.invite(app)
        people_with_known_password(app)
        yield app


def run(app: Flask, *arguments: str) -> str:
    """What a command says."""
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    return str(result.output)


def passwords(output: str) -> list[str]:
    """Each password that a command said."""
    return re.findall(r"\(password (\S+)\)|shown this once: (\S+)", output)


def test_on_the_loopback_the_known_password_stays(local: Flask) -> None:
    assert f"Demo sign-ins (password {security.KNOWN}):" in run(local, "demo", "--if-empty")
    Client(local).sign_in(ADMIN, security.KNOWN)


@pytest.mark.parametrize("command", [["demo", "--if-empty"], ["steps"]])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "yueke.example.org"])
def test_where_others_reach_it_the_known_password_is_replaced_and_said_once(
    local: Flask, url: str, tmp_path: Path, host: str, command: list[str]
) -> None:
    with databases.running(url, tmp_path, {"HOST": host}) as app:
        first, second = run(app, *command), run(app, *command)
        refused = Client(app).post("/login", {"email": ADMIN, "password": security.KNOWN})
        made = "".join(passwords(first)[0])
        Client(app).sign_in(ADMIN, made)

        assert (refused.status_code, passwords(second)) == (422, [])
        assert len(made) >= 16
        # Nobody else's password is touched.
        Client(app).sign_in("mine@yueke.example", security.KNOWN)


def test_another_password_can_be_asked_for(local: Flask, url: str, tmp_path: Path) -> None:
    with databases.running(url, tmp_path, {"HOST": "0.0.0.0"}) as app:
        run(app, "demo", "--if-empty")
        made = "".join(passwords(run(app, "demo", "--new-password"))[0])
        Client(app).sign_in(ADMIN, made)


def test_a_new_demonstration_that_others_reach_is_random(
    sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    url = sqlite_template.copy_to(tmp_path)
    with (
        databases.running(url, tmp_path, {"HOST": "0.0.0.0"}) as app,
        app.app_context(),
    ):
        assert security.choose_password() != security.KNOWN != security.choose_password()
        assert security.sign_ins(db.session()) == []
