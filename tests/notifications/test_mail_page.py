"""The page that shows written mail where no mail server is configured."""

from __future__ import annotations

import re

from flask import Flask

from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import Cast
from tests.notifications.conftest import round_of_work

_DATE = re.compile(r'<tr><th scope="row">(?:Date|日期)</th><td>([^<]*)</td>')


def test_the_date_reads_as_every_other(app: Flask, people: Cast, time: Time) -> None:
    factories.requested(app, people)
    round_of_work(app, time)
    browser = Client(app)

    assert _DATE.findall(browser.get("/mail/1").text) == ["2026年11月23日（周一）10:00"]
    assert _DATE.findall(browser.language("en").get("/mail/1").text) == ["Mon 23 Nov 2026, 10:00"]
