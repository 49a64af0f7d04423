"""A form that is sent twice does no harm. For bookings: `tests/test_wrong_input.py`."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import factories, summaries
from tests.browser import Client
from tests.calendars.conftest import open_feed
from tests.counting import row_counts
from tests.factories import CHEN, LI, Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_two_new_feeds_both_work(app: Flask, people: Cast) -> None:
    browser, reader = Client(app).sign_in(LI), Client(app)
    shown = [open_feed(browser, "branch", people.li.id) for _tap in range(2)]
    assert [reader.get(path).status_code for path in shown] == [200, 200]


@pytest.mark.parametrize(
    ("who", "command"), [(LI, "withdraw"), (CHEN, "confirm"), (CHEN, "decline")]
)
def test_a_second_answer_changes_nothing_and_says_so(
    app: Flask, people: Cast, who: str, command: str
) -> None:
    number = factories.requested(app, people)
    browser = Client(app).language("en").sign_in(who)
    path, values = f"/lectures/{number}/{command}", {"reason": "I am not well."}
    assert browser.post(path, values).status_code == 303
    before = row_counts(app)

    second = browser.post(path, values)

    assert (second.status_code, row_counts(app)) == (409, before)
    assert len(summaries.of_no_field(second.text)) == 1
