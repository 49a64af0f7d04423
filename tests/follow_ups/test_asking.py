"""A branch is asked when its day comes, reminded once, and then left alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select, update

from booking.db import db, unit_of_work
from booking.follow_ups import tasks
from booking.follow_ups.engine.due import FollowUpStage
from booking.follow_ups.models import FollowUp
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.lectures.records.models import LectureOutcome
from booking.lectures.records.service import Filing, not_held
from booking.notifications.models import Delivery
from booking.settings import service as settings
from booking.settings.engine.follow_up_declarations import FOLLOW_UP_FIRST
from tests.browser import Client
from tests.factories import LI, NOW, Cast, at
from tests.follow_ups import asking
from tests.follow_ups.asking import HELD, delivered, outcome_ids, run

DAY = timedelta(days=1)
DUE = at(-1, 9)
"""Nine o'clock of the thirtieth day after `HELD`: the day before `NOW`."""


def stages(app: Flask) -> list[tuple[str, int]]:
    """Stage and days of the questions, in order."""
    with app.app_context():
        query = select(FollowUp.stage, FollowUp.days).order_by(FollowUp.id)
        return [(stage.value, days) for stage, days in db.session().execute(query)]


def mails(app: Flask) -> list[tuple[str, str]]:
    """Recipient and subject of the mails of this feature, in order."""
    with app.app_context():
        query = select(Delivery.recipient, Delivery.subject).where(Delivery.kind == "follow_up")
        return [(one, two) for one, two in db.session().execute(query.order_by(Delivery.id))]


def test_the_question_comes_on_its_day_and_once(app: Flask, people: Cast) -> None:
    delivered(app, people)

    assert [run(app, now) for now in (DUE - timedelta(seconds=1), DUE, DUE, NOW)] == [0, 1, 0, 0]
    assert stages(app) == [("first", 30)]
    assert mails(app) == [(LI, "“家庭急救常识（120分钟）”带来了哪些变化？")]


def test_one_reminder_after_a_week_then_silence(app: Flask, people: Cast) -> None:
    delivered(app, people)
    run(app, DUE)
    week = DUE + 7 * DAY

    assert [run(app, now) for now in (week - timedelta(seconds=1), week, week)] == [0, 1, 0]
    assert run(app, DUE + 29 * DAY) == 0
    assert [to for to, _subject in mails(app)] == [LI, LI]
    assert mails(app)[1][1].startswith("提醒：")


def test_the_second_question_comes_after_ninety_days(app: Flask, people: Cast) -> None:
    delivered(app, people)
    run(app, DUE)
    run(app, DUE + 7 * DAY)

    assert [run(app, DUE + days * DAY) for days in (59, 60, 60)] == [0, 1, 0]
    assert stages(app) == [("first", 30), ("second", 90)]


def test_an_answer_ends_the_reminders(app: Flask, people: Cast) -> None:
    number = asking.asked(app, people)
    Client(app).sign_in(LI).post(
        f"/lectures/{number}/effect/first", {"outcomes": outcome_ids(app)[0]}
    )

    assert run(app, NOW + 8 * DAY) == 0
    assert len(mails(app)) == 1


def test_only_delivered_lectures_are_asked_about(app: Flask, people: Cast) -> None:
    number = delivered(app, people)
    with app.app_context(), unit_of_work() as session:
        filing = Filing(frozenset({Party.BRANCH}), people.li.user, HELD + DAY)
        not_held(session, number=number, outcome=LectureOutcome.EVENT, note="", filing=filing)

    assert run(app, NOW) == 0


def test_nobody_is_asked_about_lectures_of_long_ago(app: Flask, people: Cast) -> None:
    """At the first start after an upgrade, or after a long pause of the worker."""
    delivered(app, people)

    assert run(app, DUE + 7 * DAY) == 0
    assert stages(app) == []


def test_zero_days_turn_a_question_off(app: Flask, people: Cast) -> None:
    delivered(app, people)
    with app.app_context(), unit_of_work() as session:
        settings.change(session, FOLLOW_UP_FIRST, 0, by="", now=NOW)

    assert run(app, NOW) == 0
    assert run(app, DUE + 60 * DAY) == 1
    assert stages(app) == [("second", 90)]


def test_a_mail_is_not_written_after_the_answer(app: Flask, people: Cast) -> None:
    """The event was recorded, and the worker came to it late."""
    number = delivered(app, people)
    with app.app_context():
        assert tasks.ask(NOW) == 1
    with app.app_context(), unit_of_work() as session:
        session.execute(update(FollowUp).values(answered_at=NOW))
    run(app, NOW)

    assert mails(app) == []
    assert number


def test_the_list_of_the_branch_leads_to_the_question(app: Flask, people: Cast) -> None:
    number = asking.asked(app, people)
    path = f"/lectures/{number}/effect/first"
    li = Client(app).sign_in(LI)
    assert path in li.get("/lectures").text

    li.post(path, {"outcomes": outcome_ids(app)[0]})

    assert path not in li.get("/lectures").text


def test_a_question_of_each_stage_is_kept_apart(app: Flask, people: Cast) -> None:
    number = asking.asked(app, people)
    with app.app_context():
        lecture = db.session().scalars(select(Lecture).where(Lecture.number == number)).one()
        found = {one.stage for one in db.session().scalars(select(FollowUp))}
        assert (lecture.starts_at, found) == (HELD, {FollowUpStage.FIRST})


def closing(app: Flask) -> datetime:
    """When the only question closes."""
    with app.app_context():
        return db.session().scalars(select(FollowUp.closes_at)).one()


def test_it_closes_after_the_days_of_the_setting(app: Flask, people: Cast) -> None:
    asking.asked(app, people)

    assert closing(app) == DUE + 30 * DAY
