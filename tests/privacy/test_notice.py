"""The privacy notice says what the tables say, and follows the settings."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.db import unit_of_work
from booking.privacy.notice.sections import rows
from booking.settings import service as settings
from booking.settings.engine.declarations import PUBLIC_REGISTER, PublicRegister
from booking.settings.engine.retention import MAIL_DAYS
from booking.visibility.engine.table import VISIBILITY
from tests.browser import Client
from tests.factories import NOW, Cast


def test_each_datum_is_in_one_row() -> None:
    named = [str(one) for row in rows(PublicRegister.EVERYBODY) for one in row.data]
    assert len(named) == len(set(named)) == len(VISIBILITY)


@pytest.mark.parametrize(
    ("register", "who"),
    [
        (PublicRegister.EVERYBODY, "所有人"),
        (PublicRegister.PER_PERSON, "所有人（仅限同意公开的讲师，其余仅限已登录的单位和讲师）"),
        (PublicRegister.MEMBERS, "已登录的单位和讲师"),
    ],
)
def test_the_page_follows_the_settings(
    app: Flask, people: Cast, register: PublicRegister, who: str
) -> None:
    with app.app_context(), unit_of_work() as session:
        settings.change(session, PUBLIC_REGISTER, register.value, now=NOW)
        settings.change(session, MAIL_DAYS, "77", now=NOW)
    page = Client(app).get("/privacy").text
    cell = '<td role="cell" data-label="谁可以看到">'
    assert page.count(f"{cell}{who}</td>") == 2
    assert page.count("77天") == 1
