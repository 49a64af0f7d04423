"""Promised lectures on days that are closed: they are listed, and their branches told once."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts.models import User
from booking.audit import AuditEntry
from booking.availability import service
from booking.availability.engine.hours import Override, OverrideKind
from booking.availability.engine.limits import DaySpan
from booking.availability.promises.engine.closed_days import lies_in_closed_time
from booking.db import db, unit_of_work
from booking.lectures.closed_days.service import tell_branches
from booking.lectures.engine.states import Command, Party
from booking.notifications.models import Delivery
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.availability.editor import editor
from tests.browser import Client
from tests.conftest import Time
from tests.counting import QueryCount
from tests.factories import NOW, ZONE, Cast, at
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NUMBER = re.compile(r'<a class="lecture-link" href="/lectures/([^"]+)">')
DAY = date(2026, 12, 3)
NINE = datetime(2026, 12, 3, 9, tzinfo=ZONE)
LECTURE = NINE, NINE + timedelta(hours=2)


def exception(first: date, last: date, start: int = 0, end: int = 24) -> Override:
    return Override(first, last, OverrideKind.CLOSED, start * 60, end * 60)


@pytest.mark.parametrize(
    ("closed", "found"),
    [
        (exception(DAY, DAY), True),
        (exception(DAY - timedelta(3), DAY), True),
        (exception(DAY - timedelta(3), DAY - timedelta(1)), False),
        (exception(DAY + timedelta(1), DAY + timedelta(3)), False),
        (exception(DAY, DAY, 10, 12), True),
        (exception(DAY, DAY, 11, 12), False),
        (exception(DAY, DAY, 7, 9), False),
        (Override(DAY, DAY, OverrideKind.EXTRA), False),
    ],
)
def test_a_lecture_lies_in_closed_hours(closed: Override, found: bool) -> None:
    assert lies_in_closed_time(LECTURE, [closed], [], ZONE) is found


def test_a_lecture_over_midnight_and_suspensions() -> None:
    late = NINE + timedelta(hours=14), NINE + timedelta(hours=16)
    after = DAY + timedelta(1)
    assert lies_in_closed_time(late, [exception(after, after, 0, 1)], [], ZONE)
    assert not lies_in_closed_time(late, [exception(after, after, 1, 24)], [], ZONE)
    assert lies_in_closed_time(LECTURE, [], [DaySpan(DAY)], ZONE)
    assert not lies_in_closed_time(LECTURE, [], [DaySpan(after)], ZONE)
    # The day is that of the clock in the zone: 09:00 in Shanghai is the evening before in Honolulu.
    assert not lies_in_closed_time(LECTURE, [], [DaySpan(DAY, DAY)], ZoneInfo("Pacific/Honolulu"))


def path(cast: Cast) -> str:
    return f"/instructors/{cast.chen.id}/closed-days"


def close(chen: Client, cast: Cast, day: str, **more: str) -> str:
    """Close a day; the path to which the answer leads."""
    answer = chen.post(editor(cast, "/overrides"), {"kind": "closed", "first": day} | more)
    assert answer.status_code == 303
    return str(answer.location)


def listed(browser: Client, cast: Cast) -> list[str]:
    return NUMBER.findall(browser.get(path(cast)).text)


def test_closing_days_leads_to_the_lectures_that_lie_in_them(
    app: Flask, chen: Client, people: Cast
) -> None:
    thursday = factories.confirmed(app, people, at(3, 9))
    friday = factories.requested(app, people, at(4, 9))
    gone = factories.requested(app, people, at(4, 14))
    with app.app_context(), unit_of_work() as session:
        factories.move(session, gone, Command.WITHDRAW, Party.BRANCH)

    assert close(chen, people, "2026-11-26", hours="14-20") == editor(people)
    assert listed(chen, people) == []
    assert close(chen, people, "2026-11-26", last="2026-11-27") == path(people)
    assert listed(chen, people) == [thursday, friday]
    page = chen.get(editor(people)).text
    assert "2 booked lectures lie on closed days, and their branches do not know it." in page
    # What is closed later and holds no lecture leads back to the editor.
    assert close(chen, people, "2026-12-24") == editor(people)


def test_a_suspension_leads_there_too(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people, at(3, 9))
    wang = Client(app).language("en").sign_in(factories.WANG)
    suspend = f"/instructors/{people.chen.id}/suspensions"

    before = wang.post(suspend, {"first": "2026-11-24", "last": "2026-11-25"})
    assert before.location == suspend
    over_it = wang.post(suspend, {"first": "2026-11-25", "last": ""})
    assert over_it.location == path(people)
    assert listed(wang, people) == [number]


@sqlite_only
def test_the_preview_of_an_exception_names_the_lectures(
    app: Flask, chen: Client, people: Cast
) -> None:
    number = factories.confirmed(app, people, at(3, 9))
    values = {"kind": "closed", "first": "2026-11-26", "action": "preview"}

    looked = chen.post(editor(people, "/overrides"), values).text
    assert "1 booked lecture lies in it and stays as it is:" in looked
    assert f'<li><a href="/lectures/{number}">' in looked
    for other in ({"hours": "14-20"}, {"first": "2026-11-27"}, {"kind": "extra"}):
        looked = chen.post(editor(people, "/overrides"), values | other).text
        assert "lies in it" not in looked
    assert listed(chen, people) == []


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url}


@pytest.fixture
def closed(app: Flask, people: Cast, smtp: Mailbox, time: Time) -> list[str]:
    """Two lectures of Li on closed days; the mails of their bookings are out."""
    numbers = [
        factories.confirmed(app, people, at(3, 9)),
        factories.requested(app, people, at(4, 9)),
    ]
    round_of_work(app, time)
    smtp.forget()
    with app.app_context(), unit_of_work() as session:
        service.add_override(
            session,
            instructor_id=people.chen.id,
            kind=OverrideKind.CLOSED,
            first=date(2026, 11, 26),
            last=date(2026, 11, 27),
            note="致电 13800000000",
        )
    return numbers


def body(mail: object) -> str:
    part = mail.get_body(("plain",))  # type: ignore[attr-defined]
    return str(part.get_content())


def test_the_branches_are_written_to_once(
    app: Flask, chen: Client, people: Cast, smtp: Mailbox, time: Time, closed: list[str]
) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(User, people.li.user).language = "en"
    asked = chen.get(path(people)).text
    assert "Write to the branches of 2 lectures" in asked
    assert round_of_work(app, time) == 0  # Nothing is sent before the button.

    for told in ("The branches of 2 lectures get a mail.", "have been written to already."):
        answer = chen.post(path(people))
        assert (answer.status_code, answer.location) == (303, path(people))
        page = chen.get(path(people)).text
        assert told in page
        assert "Write to the branch" not in page.split("<h1>")[1]
    assert page.count("✉ The branch was written to on Mon 23 Nov 2026, 10:00.") == 2
    assert listed(chen, people) == closed

    assert (round_of_work(app, time), round_of_work(app, time)) == (2, 0)
    mails = {str(mail["Subject"]): mail for mail in smtp.messages}
    assert set(mails) == {
        "Please look at this lecture: 家庭急救常识（120分钟） on Thu 26 Nov",
        "Please look at this lecture: 家庭急救常识（120分钟） on Fri 27 Nov",
    }
    assert {mail["To"].addresses[0].addr_spec for mail in smtp.messages} == {factories.LI}
    for number, mail in zip(closed, smtp.messages, strict=True):
        text = body(mail)
        assert f"http://localhost/lectures/{number}" in text
        assert "The instructor has closed this day after the lecture was booked." in text
        assert "1380" not in mail.as_string()
    # Told on the editor's page no longer.
    assert "do not know it" not in chen.get(editor(people)).text


def test_a_lecture_that_was_cancelled_meanwhile_brings_no_mail(
    app: Flask, chen: Client, people: Cast, smtp: Mailbox, time: Time, closed: list[str]
) -> None:
    chen.post(path(people))
    with app.app_context(), unit_of_work() as session:
        factories.move(session, closed[0], Command.CANCEL, Party.BRANCH)
    round_of_work(app, time)

    with app.app_context():
        subjects = db.session().scalars(
            select(Delivery.subject).where(Delivery.sent_at.is_not(None))
        )
        told = [subject for subject in subjects if "请查看" in subject]
    assert len(told) == 1


def test_without_an_account_of_the_branch_its_coordinator_is_told(
    app: Flask, chen: Client, people: Cast, smtp: Mailbox, time: Time, closed: list[str]
) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(User, people.li.user).active = False
    chen.post(path(people))
    round_of_work(app, time)

    assert {mail["To"].addresses[0].addr_spec for mail in smtp.messages} == {factories.WANG}


@sqlite_only
def test_who_may_look_and_write(app: Flask, people: Cast) -> None:
    factories.confirmed(app, people, at(3, 9))
    found = {}
    for email in (factories.CHEN, factories.WANG, factories.ZHOU, factories.SUN, factories.LI):
        browser = Client(app).sign_in(email)
        found[email] = (
            browser.get(path(people)).status_code,
            browser.post(path(people)).status_code,
        )
    assert found == {
        factories.CHEN: (200, 303),
        factories.WANG: (200, 303),
        factories.ZHOU: (404, 404),
        factories.SUN: (404, 404),
        factories.LI: (403, 403),
    }


@sqlite_only
def test_a_coordinator_who_writes_stands_in_the_audit_log(
    app: Flask, people: Cast, closed: list[str]
) -> None:
    Client(app).sign_in(factories.WANG).post(path(people))
    with app.app_context():
        details = db.session().scalars(select(AuditEntry.detail)).all()
    assert {"change": "branches_told"} in details


def test_the_number_of_statements_is_constant(
    app: Flask, chen: Client, people: Cast, queries: QueryCount
) -> None:
    counts = []
    for days in ((3,), (4, 7, 8, 9)):
        for day in days:
            factories.requested(app, people, at(day, 9))
        close(chen, people, "2026-11-26", last="2026-12-20", note=str(days))
        with queries() as seen:
            assert len(listed(chen, people)) == (1 if days == (3,) else 5)
        counts.append(len(seen))
        chen.post(editor(people, "/overrides/1/remove"))
    assert counts[0] == counts[1]


def test_two_at_once_tell_each_branch_once(app: Flask, people: Cast, closed: list[str]) -> None:
    for expected in (2, 0):
        with app.app_context(), unit_of_work() as session:
            told = tell_branches(session, instructor_id=people.chen.id, now=NOW, zone=ZONE)
        assert told == expected
    with app.app_context():
        kinds = select(func.count()).where(OutboxEvent.kind == "lecture.day_closed")
        assert db.session().scalar(kinds) == 2
