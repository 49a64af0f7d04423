"""A register in which nobody stands yet says so, and what comes next."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.accounts.engine.roles import Role
from booking.db import unit_of_work
from tests import factories
from tests.browser import Client
from tests.factories import CITY, ROOT, WANG

EMPTY = "The register is still empty: nobody can be found yet."


@pytest.fixture
def keepers(app: Flask) -> None:
    """A coordinator and an administrator, and nobody who teaches."""
    with app.app_context(), unit_of_work() as session:
        factories.make_user(session, WANG, "王强", Role.COORDINATOR, region_code=CITY)
        factories.make_user(session, ROOT, "管理员", Role.ADMIN)


@pytest.mark.parametrize("query", ["", "?q=急救", "?region=990100"])
@pytest.mark.parametrize(("email", "imports"), [(None, False), (WANG, True), (ROOT, True)])
def test_an_empty_register(
    app: Flask, keepers: None, query: str, email: str | None, imports: bool
) -> None:
    browser = Client(app).language("en")
    if email:
        browser.sign_in(email)

    page = browser.get(f"/instructors{query}").text

    assert (EMPTY in page, "Try fewer words" in page) == (True, False)
    assert ('href="/register/import">Import the register' in page) == imports


def test_a_register_with_somebody_in_it(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.make_instructor(session)

    page = Client(app).language("en").get("/instructors?q=nobody-of-this-name").text

    assert (EMPTY in page, "Try fewer words" in page) == (False, True)
