"""Who has a calendar address can have mails without invitations (calendar rule 35)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from booking.accounts.models import User
from booking.db import unit_of_work
from booking.lectures.engine.states import Command, Party
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, LI, Cast
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work

CALENDAR = {"text/calendar", "application/ics"}


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url, "MAIL_FROM": "platform@example.org"}


def test_the_mail_comes_without_its_calendar_part(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.requested(app, people)
    round_of_work(app, time)
    smtp.envelopes.clear()
    with app.app_context(), unit_of_work() as session:
        chen = User.id == people.chen.user
        session.execute(update(User).where(chen).values(calendar_invitations=False))
        factories.move(session, number, Command.CONFIRM, Party.INSTRUCTOR, now=time.now)
    round_of_work(app, time)

    parts = {
        envelope.rcpt_tos[0]: {part.get_content_type() for part in mail.walk()} & CALENDAR
        for envelope, mail in zip(smtp.envelopes, smtp.messages, strict=True)
    }
    assert parts == {CHEN: set(), LI: CALENDAR}
