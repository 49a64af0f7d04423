"""A digest tells a coordinator what waits in the own regions, and nothing if nothing waits."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask

from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.notifications.choices.engine.preferences import DigestRhythm
from booking.notifications.digests.parts import Reader, waiting_lines
from booking.notifications.digests.tasks import write_digests
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.counting import QueryCount
from tests.factories import WANG, ZONE, Cast, at
from tests.mailbox import Mailbox
from tests.notifications.choices.choosing import choose
from tests.notifications.conftest import round_of_work

MORNING = at(1, 8, 30)


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url}


def _digests(app: Flask, time: Time, smtp: Mailbox, now: datetime) -> dict[str, str]:
    """The digests that arrive at an instant, by their readers."""
    round_of_work(app, time)
    time.now = now
    with app.app_context():
        write_digests(now)
    smtp.envelopes.clear()
    round_of_work(app, time)
    found = {}
    for envelope, mail in zip(smtp.envelopes, smtp.messages, strict=True):
        if "待办汇总" in str(mail["Subject"]):
            body = mail.get_body(("plain",))
            assert body is not None
            found[envelope.rcpt_tos[0]] = str(body.get_content()).replace("\r\n", "\n")
    return found


def test_what_waits_is_told_to_those_who_chose_it(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    choose(app, people.wang, digest=DigestRhythm.DAILY)
    choose(app, people.sun, digest=DigestRhythm.DAILY)
    factories.requested(app, people, at(10, 9))
    factories.requested(app, people, at(11, 9))
    told = _digests(app, time, smtp, MORNING)
    # Sun coordinates another city, in which nothing waits.
    assert set(told) == {WANG}
    assert re.findall("- (.*)\n  (.*)\n", told[WANG]) == [
        ("未答复的预约：2个", "http://localhost/board"),
    ]
    assert str(smtp.messages[-1]["Subject"]) == "待办汇总（11月24日 周二）：未答复的预约：2个"
    assert "/unsubscribe/" in str(smtp.messages[-1]["List-Unsubscribe"])
    assert _digests(app, time, smtp, at(1, 12)) == {}


def test_nothing_comes_if_nothing_waits_any_more(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    choose(app, people.wang, digest=DigestRhythm.DAILY)
    number = factories.requested(app, people, at(10, 9))
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CONFIRM, Party.INSTRUCTOR)
    assert _digests(app, time, smtp, MORNING) == {}


def test_who_chose_nothing_gets_none(app: Flask, people: Cast, smtp: Mailbox, time: Time) -> None:
    factories.requested(app, people, at(10, 9))
    assert _digests(app, time, smtp, MORNING) == {}


def test_each_line_leads_to_a_page_of_the_coordinator(app: Flask, people: Cast) -> None:
    """Whatever the numbers: the parts name their pages also where nothing waits."""
    wang, root = Client(app).sign_in(WANG), Client(app).sign_in(factories.ROOT)
    with app.app_context():
        actor = db.session().get_one(User, people.root).actor()
        reader = Reader(actor, factories.NOW, ZONE)
        parts = app.extensions["digest_parts"]
        lines = [line for part in parts for line in part(db.session(), reader)]
        assert waiting_lines(db.session(), reader) == []
    paths = {line.path for line in lines}
    assert len(lines) == 14
    assert {path: root.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert {path: wang.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_the_statements_do_not_grow_with_what_waits(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    choose(app, people.wang, digest=DigestRhythm.DAILY)
    counts = []
    for days in (10, 11):
        factories.requested(app, people, at(days, 9))
        with app.app_context():
            actor = db.session().get_one(User, people.wang).actor()
            with queries() as seen:
                waiting_lines(db.session(), Reader(actor, factories.NOW, ZONE))
        counts.append(len(seen))
    assert counts[0] == counts[1]
