"""People are reminded of their lectures: through days, with moves and cancellations in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.lectures.engine.agreement import Approver
from booking.lectures.engine.states import Command, Party
from booking.lectures.expiry.tasks import pass_time
from booking.lectures.models import Lecture
from booking.notifications.choices.engine.preferences import ReminderOffset
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.models import Delivery
from booking.notifications.reminders.engine.events import LECTURE_REMINDER
from booking.notifications.reminders.models import LectureReminder
from booking.notifications.reminders.tasks import KEPT, forget, remind
from booking.outbox import rounds
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.conftest import Time
from tests.counting import QueryCount
from tests.factories import CHEN, LI, Cast, at
from tests.mailbox import Mailbox
from tests.notifications.choices.choosing import NO_MAIL, choose
from tests.notifications.conftest import round_of_work
from tests.proposals import proposing

DAY, HOURS, WEEK = ReminderOffset.DAY, ReminderOffset.HOURS, ReminderOffset.WEEK
STEP = timedelta(minutes=30)
Sent = list[tuple[datetime, str, str]]


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url}


def _instants(first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += STEP


def _walk(app: Flask, time: Time, smtp: Mailbox, first: datetime, last: datetime) -> Sent:
    """Let the worker work each half hour; the reminders that arrive, by time and reader."""
    found: Sent = []
    for now in _instants(first, last):
        time.now = now
        with app.app_context():
            remind(now)
        smtp.envelopes.clear()
        round_of_work(app, time)
        found += [
            (now, envelope.rcpt_tos[0], str(mail["Subject"]))
            for envelope, mail in zip(smtp.envelopes, smtp.messages, strict=True)
            if str(mail["Subject"]).startswith("授课提醒")
        ]
    return found


def _move_to(app: Flask, number: str, starts_at: datetime, now: datetime) -> None:
    """The branch proposes another time, and the instructor agrees."""
    proposal = proposing.propose(app, number, [starts_at], now=now)
    proposing.agree(app, number, proposal, Approver.INSTRUCTOR, Party.INSTRUCTOR, choice=0, now=now)


def test_a_day_before_both_sides_are_reminded_once(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people, at(10, 9))
    round_of_work(app, time)
    title = "授课提醒：12月3日 周四 9:00 家庭急救常识（120分钟）"
    assert _walk(app, time, smtp, at(8, 20), at(10, 12)) == [
        (at(9, 9), CHEN, title),
        (at(9, 9), LI, title),
    ]
    time.now = at(9, 9)
    with app.app_context():
        rows = db.session().scalars(select(Delivery).order_by(Delivery.id)).all()
        assert rows[-1].lecture_id == db.session().scalars(select(Lecture.id)).one()
    assert number.startswith("YK-")


def test_the_mail_tells_the_facts_first(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people, at(10, 9))
    round_of_work(app, time)
    time.now = at(9, 9)
    with app.app_context():
        assert remind(time.now) == 2
    smtp.envelopes.clear()
    round_of_work(app, time)
    mail = smtp.messages[1]
    body = mail.get_body(("plain",))
    assert body is not None
    lines = body.get_content().splitlines()
    assert lines[:9] == [
        "授课提醒：12月3日 周四 9:00 家庭急救常识（120分钟）",
        "",
        "时间：2026年12月3日（周四）上午9:00—11:00",
        "专题：家庭急救常识（120分钟）",
        "讲师：陈明老师",
        "单位：岫云县第一支部",
        "地点：岫云县 岫云县文化馆二楼",
        f"预约单号：{number}",
        "",
    ]
    assert lines[9] == "授课就在明天。"
    url = str(mail["List-Unsubscribe"]).strip("<>")
    assert url.startswith("http://localhost/unsubscribe/")
    assert url in body.get_content()
    assert f"http://localhost/lectures/{number}" in body.get_content()


def test_each_person_is_reminded_as_chosen(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    choose(app, people.chen.user, reminders=frozenset({WEEK, HOURS}))
    choose(app, people.li.user, {MessageKind.REMINDER: NO_MAIL})
    factories.confirmed(app, people, at(10, 8))
    round_of_work(app, time)
    # Two hours before eight is within the quiet hours: it comes in the evening before.
    assert [(now, to) for now, to, _subject in _walk(app, time, smtp, at(2, 20), at(10, 9))] == [
        (at(3, 8), CHEN),
        (at(9, 21), CHEN),
    ]


def test_after_a_move_there_are_new_ones_and_none_for_the_old_time(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people, at(10, 9))
    round_of_work(app, time)
    first = _walk(app, time, smtp, at(9, 8), at(9, 12))
    assert [(now, to) for now, to, _subject in first] == [(at(9, 9), CHEN), (at(9, 9), LI)]
    _move_to(app, number, at(14, 15), at(9, 13))
    second = _walk(app, time, smtp, at(9, 13), at(14, 16))
    assert second == [
        (at(13, 15), CHEN, "授课提醒：12月7日 周一 15:00 家庭急救常识（120分钟）"),
        (at(13, 15), LI, "授课提醒：12月7日 周一 15:00 家庭急救常识（120分钟）"),
    ]


def test_moved_just_before_the_reminder_was_written(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people, at(10, 9))
    round_of_work(app, time)
    time.now = at(9, 9)
    with app.app_context():
        assert remind(time.now) == 2
    _move_to(app, number, at(14, 15), at(9, 9))
    smtp.envelopes.clear()
    round_of_work(app, time)
    # The question to the instructor, and the move to both.
    assert [str(mail["Subject"])[:3] for mail in smtp.messages] == ["请答复", "已改期", "已改期"]


def test_none_of_a_cancelled_lecture(app: Flask, people: Cast, smtp: Mailbox, time: Time) -> None:
    number = factories.confirmed(app, people, at(10, 9))
    round_of_work(app, time)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CANCEL, Party.BRANCH, now=at(9, 8))
    assert _walk(app, time, smtp, at(9, 8), at(10, 9)) == []


def test_none_of_a_request(app: Flask, people: Cast) -> None:
    factories.requested(app, people, at(10, 9))
    with app.app_context():
        assert remind(at(9, 9)) == 0


def test_a_mail_that_waits_is_not_sent_after_a_change(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    """Also to those who have turned off the mail about changes."""
    choose(app, people.li.user, {MessageKind.CALENDAR: NO_MAIL})
    number = factories.confirmed(app, people, at(30, 9))
    round_of_work(app, time)
    choose(app, people.li.user, {MessageKind.CALENDAR: NO_MAIL}, reminders=frozenset({WEEK}))
    choose(app, people.chen.user, reminders=frozenset())
    time.now = at(23, 9)
    with app.app_context():
        assert remind(time.now) == 1
        rounds.handle_waiting(time.now)
    _move_to(app, number, at(45, 15), at(23, 9))
    smtp.envelopes.clear()
    round_of_work(app, time)
    assert [envelope.rcpt_tos for envelope in smtp.envelopes] == [[CHEN], [CHEN]]
    assert [str(mail["Subject"])[:3] for mail in smtp.messages] == ["请答复", "已改期"]


def test_who_left_the_side_is_not_reminded(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    factories.confirmed(app, people, at(10, 9))
    round_of_work(app, time)
    time.now = at(9, 9)
    with app.app_context():
        assert remind(time.now) == 2
        with unit_of_work() as session:
            session.execute(update(User).where(User.id == people.li.user).values(active=False))
    smtp.envelopes.clear()
    round_of_work(app, time)
    assert [envelope.rcpt_tos for envelope in smtp.envelopes] == [[CHEN]]


def test_nothing_while_the_clock_may_be_wrong(app: Flask, people: Cast) -> None:
    factories.confirmed(app, people, at(10, 9))
    with app.app_context():
        pass_time(factories.NOW)
    factories.requested(app, people, at(11, 9))
    with app.app_context():
        pass_time(at(9, 9))
        assert remind(at(9, 9)) == 0


def test_the_statements_do_not_grow_with_the_lectures(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    counts = []
    for day in (10, 11):
        factories.confirmed(app, people, at(day, 9))
        with app.app_context(), queries() as seen:
            remind(at(8, 9))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_what_was_recorded_is_forgotten_after_a_month(app: Flask, people: Cast) -> None:
    factories.confirmed(app, people, at(10, 9))
    with app.app_context():
        assert remind(at(9, 9)) == 2
        forget(at(10, 9) + KEPT)
        assert db.session().scalar(select(func.count(LectureReminder.id))) == 2
        forget(at(10, 9) + KEPT + timedelta(seconds=1))
        assert db.session().scalar(select(func.count(LectureReminder.id))) == 0
        kinds = select(OutboxEvent.kind).where(OutboxEvent.kind == LECTURE_REMINDER.name)
        assert len(db.session().scalars(kinds).all()) == 2
