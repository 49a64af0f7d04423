"""Mails of review, undo, late cancellation and of what did not take place; and who gets none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from icalendar import Calendar

from booking.db import unit_of_work
from booking.lectures import service
from booking.lectures.engine.readers import REVIEW
from booking.lectures.engine.states import Command, Party, Side
from booking.lectures.engine.transitions import TRANSITIONS
from booking.lectures.expiry.tasks import pass_time
from booking.lectures.records import service as records
from booking.lectures.records.models import LectureOutcome
from booking.lectures.undo import service as undo_service
from booking.notifications.engine.messages import MESSAGES
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, LI, WANG, Cast, at
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work
from tests.notifications.test_mail import calendar_of

REVIEWER, TEACHER, UNIT = Party.BRANCH_COORDINATOR, Party.INSTRUCTOR, Party.BRANCH
REMARKS = "请注明听众情况。"
Mails = dict[str, str]


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url}


def step(
    app: Flask, number: str, command: Command, party: Party, time: Time, user: int | None = None
) -> None:
    time.now += timedelta(seconds=1)
    with app.app_context(), unit_of_work() as session:
        service.apply_command(
            session,
            number=number,
            command=command,
            parties=frozenset({party}),
            user_id=user,
            now=time.now,
            reason=REMARKS,
        )


def undo(app: Flask, number: str, user: int, time: Time) -> None:
    with app.app_context(), unit_of_work() as session:
        undo_service.undo(session, number=number, user_id=user, now=time.now)


def sent(app: Flask, smtp: Mailbox, time: Time) -> Mails:
    """By reader, subject and text of the last mail of one round; the mailbox was emptied."""
    smtp.envelopes.clear()
    round_of_work(app, time)
    found = {}
    for envelope, mail in zip(smtp.envelopes, smtp.messages, strict=True):
        body = mail.get_body(("plain",))
        assert body is not None
        found[envelope.rcpt_tos[0]] = f"{mail['Subject']}\n{body.get_content()}"
    return found


def heads(mails: Mails) -> dict[str, str]:
    """The beginnings of the subjects by reader."""
    return {to: text.split("：")[0] for to, text in mails.items()}


def test_each_step_of_a_review_is_told_to_its_side(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    factories.reviewed(app, people.li.id)
    number = factories.requested(app, people)
    mails = sent(app, smtp, time)
    assert set(mails) == {WANG, LI}
    assert heads(mails)[WANG] == "待审核"
    assert "由平台管理员审核" in mails[LI]

    step(app, number, Command.RETURN, REVIEWER, time)
    mails = sent(app, smtp, time)
    assert heads(mails) == {LI: "请修改"}
    assert REMARKS in mails[LI]

    step(app, number, Command.WITHDRAW, UNIT, time)
    assert sent(app, smtp, time) == {}  # Chen never heard of it.


def test_a_request_that_is_passed_on_is_told_to_both(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    factories.reviewed(app, people.li.id)
    number = factories.requested(app, people)
    sent(app, smtp, time)

    step(app, number, Command.APPROVE, REVIEWER, time)

    mails = sent(app, smtp, time)
    assert heads(mails)[LI] == "已通过审核"
    assert "http://localhost/answer/" in mails[CHEN]
    assert set(mails) == {LI, CHEN}


def test_a_rejection_is_told_to_the_branch_alone(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    factories.reviewed(app, people.li.id)
    number = factories.requested(app, people)
    sent(app, smtp, time)
    step(app, number, Command.REJECT, REVIEWER, time)
    mails = sent(app, smtp, time)
    assert heads(mails) == {LI: "不予受理"}
    assert REMARKS in mails[LI]


@pytest.mark.parametrize("returned", [False, True])
def test_an_expired_review_says_so(
    app: Flask, people: Cast, smtp: Mailbox, time: Time, returned: bool
) -> None:
    factories.reviewed(app, people.li.id)
    number = factories.requested(app, people)
    if returned:
        step(app, number, Command.RETURN, REVIEWER, time)
    sent(app, smtp, time)
    time.now = at(3, 9)
    with app.app_context():
        assert pass_time(time.now) == 1
    mails = sent(app, smtp, time)
    assert set(mails) == {LI}
    assert ("未在期限内修改" if returned else "未在期限内审核") in mails[LI]


def test_an_undo_is_told_to_who_had_been_told(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.requested(app, people)
    step(app, number, Command.DECLINE, TEACHER, time, people.chen.user)
    undo(app, number, people.chen.user, time)
    mails = sent(app, smtp, time)
    assert heads(mails)[LI] == "误操作已撤销"
    assert "误操作" not in mails.get(CHEN, "")


def test_a_request_that_was_passed_on_by_mistake_is_told_to_both(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    factories.reviewed(app, people.li.id)
    number = factories.requested(app, people)
    step(app, number, Command.APPROVE, REVIEWER, time, people.wang)
    sent(app, smtp, time)
    undo(app, number, people.wang, time)
    mails = sent(app, smtp, time)
    assert heads(mails) == {LI: "误操作已撤销", CHEN: "误操作已撤销"}
    assert "/answer/" not in mails[CHEN]


def methods(smtp: Mailbox) -> list[tuple[str, int]]:
    """Method and SEQUENCE of the calendars of the last round."""
    calendars: list[Calendar] = [calendar_of(mail) for mail in smtp.messages]
    return [(str(one["METHOD"]), int(str(one.events[0]["SEQUENCE"]))) for one in calendars]


def test_calendars_are_told_of_a_mistake_in_either_direction(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.requested(app, people)
    step(app, number, Command.CONFIRM, TEACHER, time, people.chen.user)
    sent(app, smtp, time)
    undo(app, number, people.chen.user, time)
    mails = sent(app, smtp, time)
    assert methods(smtp) == [("CANCEL", 2)] * 2
    assert set(mails) == {CHEN, LI}
    assert "http://localhost/answer/" in mails[CHEN]  # The request waits again.

    step(app, number, Command.CONFIRM, TEACHER, time)
    step(app, number, Command.CANCEL, UNIT, time, people.li.user)
    sent(app, smtp, time)
    undo(app, number, people.li.user, time)
    mails = sent(app, smtp, time)
    assert methods(smtp) == [("REQUEST", 5)] * 2
    assert "重新加入您的日历" in mails[LI]


@pytest.mark.parametrize(("day", "late"), [(3, False), (4, True)])
def test_a_late_cancellation_is_told_as_such(
    app: Flask, people: Cast, smtp: Mailbox, time: Time, day: int, late: bool
) -> None:
    """The lecture is on Monday: on Thursday two working days are left, on Friday one."""
    number = factories.confirmed(app, people, at(7, 9))
    sent(app, smtp, time)
    time.now = at(day, 10)
    step(app, number, Command.CANCEL, UNIT, time)
    mails = sent(app, smtp, time)
    assert set(mails) == {CHEN, LI}
    assert ["临时取消" in text for text in mails.values()] == [late] * 2


def test_what_did_not_take_place_is_told_with_its_reason(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    number = factories.confirmed(app, people)
    sent(app, smtp, time)
    time.now = at(3, 10)
    with app.app_context(), unit_of_work() as session:
        records.not_held(
            session,
            number=number,
            outcome=LectureOutcome.PLACE,
            note="停电",
            filing=records.Filing(frozenset({UNIT}), people.li.user, time.now),
        )
    mails = sent(app, smtp, time)
    assert heads(mails) == {CHEN: "未举行", LI: "未举行"}
    assert all("场地无法使用" in text and "停电" in text for text in mails.values())
    assert [method for method, _sequence in methods(smtp)] == ["CANCEL"] * 2


def test_a_booking_on_behalf_is_told_to_the_branch(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    factories.requested(app, people, party=Party.BRANCH_COORDINATOR)
    mails = sent(app, smtp, time)
    assert "平台管理员已代贵单位提交此次预约。" in mails[LI]


def test_no_reason_of_a_review_goes_to_an_instructor() -> None:
    for row in TRANSITIONS:
        if row.target in REVIEW:
            assert {one.side for one in MESSAGES[row.event]} == {Side.BRANCH}, row.event
