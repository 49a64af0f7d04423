"""Who must act is reminded once, by day, on the day before the reply is due."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.expiry.tasks import pass_time
from booking.lectures.models import Lecture
from booking.lectures.reminders.engine.events import REPLY_REMINDER
from booking.lectures.reminders.tasks import remind
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, LI, WANG, Cast, at
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work
from tests.proposals import proposing

SECOND = timedelta(seconds=1)
MORNING, EVENING = at(2, 9), at(2, 20)
"""Of the day before the reply is due, which is day 3 at 18:00."""


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url}


@pytest.fixture
def number(app: Flask, people: Cast) -> str:
    """A request of day 0 for day 10."""
    return factories.requested(app, people, at(10, 9))


def reminded(app: Flask, now: datetime) -> int:
    with app.app_context():
        return remind(now)


def recorded(app: Flask) -> list[State]:
    """The states in which lectures were when somebody was to be reminded."""
    with app.app_context():
        query = select(OutboxEvent).where(OutboxEvent.kind == REPLY_REMINDER.name)
        rows = db.session().scalars(query.order_by(OutboxEvent.id)).all()
        return [REPLY_REMINDER.read(row.payload, version=1).state for row in rows]


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        (at(1, 12), 0),
        (MORNING - SECOND, 0),
        (MORNING, 1),
        (EVENING - SECOND, 1),
        (EVENING, 0),
        (at(3, 9), 0),
    ],
)
def test_on_the_day_before_and_not_at_night(
    app: Flask, number: str, moment: datetime, count: int
) -> None:
    assert reminded(app, moment) == count
    assert reminded(app, moment) == 0
    assert recorded(app) == [State.REQUESTED] * count
    with app.app_context():
        assert db.session().scalars(select(Lecture.reminded_at)).one() == (
            moment if count else None
        )


def test_nobody_is_reminded_of_what_they_were_asked_a_moment_ago(app: Flask, people: Cast) -> None:
    factories.reviewed(app, people.li.id)
    number = factories.requested(app, people, at(4, 9))
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.APPROVE, Party.BRANCH_COORDINATOR, now=at(1, 15))
    # It is due on the evening before the lecture, which is day 3.
    assert [reminded(app, at(2, hour)) for hour in (14, 15)] == [0, 1]


def test_an_answer_needs_no_reminder(app: Flask, number: str) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CONFIRM, Party.INSTRUCTOR)
    assert reminded(app, MORNING) == 0


def test_each_state_has_its_own_reminder(app: Flask, people: Cast) -> None:
    factories.reviewed(app, people.li.id)
    number = factories.requested(app, people, at(22, 9))
    assert reminded(app, MORNING) == 1
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.RETURN, Party.BRANCH_COORDINATOR, now=at(3, 10))
    assert reminded(app, at(4, 9)) == 0  # due on day 6
    assert reminded(app, at(5, 9)) == 1
    assert recorded(app) == [State.SUBMITTED, State.RETURNED]


def test_a_wrong_clock_reminds_nobody(app: Flask, people: Cast) -> None:
    with app.app_context():
        pass_time(factories.NOW)
    factories.requested(app, people, at(10, 9))
    with app.app_context():
        pass_time(at(9, 9))
        assert remind(MORNING) == 0


def _round(app: Flask, time: Time, smtp: Mailbox, moment: datetime) -> list[tuple[str, str]]:
    """The mails of the reminders at an instant: to whom, and the text."""
    time.now = moment
    assert reminded(app, moment) == 1
    smtp.envelopes.clear()
    round_of_work(app, time)
    found = []
    for envelope, mail in zip(smtp.envelopes, smtp.messages, strict=True):
        body = mail.get_body(("plain",))
        assert body is not None
        found.append((envelope.rcpt_tos[0], str(body.get_content())))
    return found


def test_the_instructor_gets_the_link_to_answer(
    app: Flask, number: str, smtp: Mailbox, time: Time
) -> None:
    round_of_work(app, time)
    [(to, text)] = _round(app, time, smtp, MORNING)
    assert to == CHEN
    assert "待您答复" in text
    assert "http://localhost/answer/" in text


def test_without_an_account_the_coordinators_get_it(
    app: Flask, people: Cast, number: str, smtp: Mailbox, time: Time
) -> None:
    round_of_work(app, time)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).where(User.id == people.chen.user).values(active=False))
    [(to, text)] = _round(app, time, smtp, MORNING)
    assert to == WANG
    assert "没有可用邮箱" in text
    assert "/answer/" not in text


def test_the_reviewer_and_then_the_branch(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    factories.reviewed(app, people.li.id)
    number = factories.requested(app, people, at(22, 9))
    round_of_work(app, time)
    [(to, text)] = _round(app, time, smtp, MORNING)
    assert (to, "待您审核" in text) == (WANG, True)
    with app.app_context(), unit_of_work() as session:
        factories.move(
            session,
            number,
            Command.RETURN,
            Party.BRANCH_COORDINATOR,
            now=at(2, 12),
            reason="请注明听众。",
        )
    time.now = at(2, 12)
    round_of_work(app, time)
    [(to, text)] = _round(app, time, smtp, at(4, 9))
    assert (to, "待您修改" in text, "请注明听众。" in text) == (LI, True, True)


def test_an_answer_before_the_mail_is_written_stops_it(
    app: Flask, number: str, smtp: Mailbox, time: Time
) -> None:
    round_of_work(app, time)
    smtp.envelopes.clear()
    assert reminded(app, MORNING) == 1
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.WITHDRAW, Party.BRANCH, now=MORNING)
    time.now = MORNING
    round_of_work(app, time)
    assert ["到期" in str(mail["Subject"]) for mail in smtp.messages] == [False]


def test_of_a_proposal_those_are_reminded_whose_agreement_is_missing(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people, at(10, 9))
    proposing.propose(app, number, [at(11, 9)])
    round_of_work(app, time)
    before = len(smtp.envelopes)

    assert (reminded(app, MORNING), reminded(app, MORNING)) == (1, 0)
    round_of_work(app, time)

    assert [one.rcpt_tos for one in smtp.envelopes[before:]] == [[CHEN]]


def test_of_an_answered_proposal_nobody_is_reminded(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people, at(10, 9))
    proposal_id = proposing.propose(app, number, [at(11, 9)])
    round_of_work(app, time)
    assert reminded(app, MORNING) == 1
    proposing.retract(app, number, proposal_id, Party.BRANCH, now=MORNING)
    round_of_work(app, time)

    asked = [mail for mail in smtp.messages if "的提议" in str(mail["Subject"])]
    assert len([mail for mail in asked if "请答复" in str(mail["Subject"])]) == 1
