"""Mails of all features go by what their readers have chosen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.notifications.choices.engine.quiet_hours import QuietHours
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.models import Delivery
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, LI, Cast, at
from tests.mailbox import Mailbox
from tests.notifications.choices.choosing import NO_MAIL, PLAIN, choose
from tests.notifications.conftest import round_of_work

FAR = at(24, 9)


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url}


def _round(app: Flask, time: Time, smtp: Mailbox) -> dict[str, bool]:
    """Who got a mail, and whether it had a calendar."""
    smtp.envelopes.clear()
    round_of_work(app, time)
    return {
        envelope.rcpt_tos[0]: any(
            part.get_content_type() == "text/calendar" for part in mail.walk()
        )
        for envelope, mail in zip(smtp.envelopes, smtp.messages, strict=True)
    }


def _move(app: Flask, number: str, command: Command, now: datetime = factories.NOW) -> None:
    party = Party.INSTRUCTOR if command is Command.CONFIRM else Party.BRANCH
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, command, party, now=now)


def test_plain_mail_has_no_calendar_and_does_not_speak_of_one(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    choose(app, people.chen.user, {MessageKind.CALENDAR: PLAIN})
    number = factories.requested(app, people, FAR)
    round_of_work(app, time)
    _move(app, number, Command.CONFIRM)
    assert _round(app, time, smtp) == {CHEN: False, LI: True}
    texts = {
        str(mail["To"].addresses[0].addr_spec): str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        for mail in smtp.messages
    }
    assert {name: "日历" in text for name, text in texts.items()} == {CHEN: False, LI: True}


def test_who_wants_no_such_mail_gets_none_of_a_far_lecture(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    choose(app, people.chen.user, {MessageKind.CALENDAR: NO_MAIL})
    number = factories.requested(app, people, FAR)
    round_of_work(app, time)
    _move(app, number, Command.CONFIRM)
    assert _round(app, time, smtp) == {LI: True}


def test_a_cancellation_at_short_notice_is_always_told(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    choose(app, people.li.user, {MessageKind.CALENDAR: NO_MAIL})
    far, near = (factories.confirmed(app, people, moment) for moment in (FAR, at(7, 9)))
    round_of_work(app, time)
    _move(app, far, Command.CANCEL)
    assert _round(app, time, smtp) == {CHEN: True}
    _move(app, near, Command.CANCEL)
    assert _round(app, time, smtp) == {CHEN: True, LI: False}
    [told] = [mail for mail in smtp.messages if mail["To"].addresses[0].addr_spec == LI]
    assert told["List-Unsubscribe"] is None


def test_what_an_invitation_entered_goes_on_to_be_changed(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people, FAR)
    round_of_work(app, time)
    later = factories.NOW + timedelta(hours=1)
    choose(app, people.li.user, {MessageKind.CALENDAR: NO_MAIL}, now=later)
    time.now = later
    _move(app, number, Command.CANCEL, later)
    assert _round(app, time, smtp) == {CHEN: True, LI: True}


def test_what_asks_for_an_answer_comes_and_steps_on_the_way_do_not(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    for user_id in (people.chen.user, people.li.user):
        choose(app, user_id, {MessageKind.PROGRESS: NO_MAIL})
    factories.requested(app, people, FAR)
    assert _round(app, time, smtp) == {CHEN: False}


def test_what_can_wait_comes_after_the_quiet_hours(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    choose(app, people.li.user, quiet=QuietHours(20 * 60, 8 * 60 + 15))
    time.now = at(0, 23)
    factories.requested(app, people, FAR, now=at(0, 23))
    # The question goes at once, to which an answer is due.
    assert _round(app, time, smtp) == {CHEN: False}
    time.now = at(1, 8, 14)
    assert _round(app, time, smtp) == {}
    time.now = at(1, 8, 15)
    assert _round(app, time, smtp) == {LI: False}


def test_what_waits_is_not_sent_after_it_was_overtaken(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    time.now = at(0, 23)
    number = factories.requested(app, people, FAR, now=at(0, 23))
    assert _round(app, time, smtp) == {CHEN: False}
    _move(app, number, Command.CONFIRM, at(0, 23, 30))
    time.now = at(0, 23, 30)
    assert _round(app, time, smtp) == {CHEN: True, LI: True}
    time.now = at(1, 12)
    assert _round(app, time, smtp) == {}
    with app.app_context():
        query = select(Delivery.superseded_at.is_not(None), Delivery.kind).order_by(Delivery.id)
        rows = db.session().execute(query).all()
    assert [kind for superseded, kind in rows if superseded] == [MessageKind.PROGRESS]
