"""Text messages about lectures: to whom, with which facts, and what becomes of each."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.instructors import service as instructors
from booking.lectures.engine.states import Command, Party
from booking.notifications.choices import queries as choice_queries
from booking.notifications.choices import service as choices
from booking.notifications.choices.engine.ways import MessageWay, Ways
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.models import Delivery
from booking.notifications.reminders.tasks import remind as remind_of_lectures
from booking.notifications.texts import service as text_service
from booking.notifications.texts.models import StoppedBy, TextCount, TextStop
from booking.notifications.texts.services import deadlines, tencent
from booking.settings import service as settings
from booking.settings import text_service as stored
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, LI, NOW, WANG, Cast, at
from tests.notifications.conftest import round_of_work
from tests.notifications.texting import (
    HANG_UP,
    HOOK_KEY,
    SECRET_ID,
    SECRET_KEY,
    SILENT,
    TextServer,
    serving,
)

NUMBER, BRANCH_NUMBER = "+8612000000077", "+8612000000078"


@pytest.fixture
def server(time: Time) -> Iterator[TextServer]:
    """A service of text messages."""
    with serving(lambda: time.now.timestamp()) as found:
        yield found


def use(app: Flask, **values: object) -> None:
    """Set settings, committed; secrets are sealed."""
    with app.app_context(), unit_of_work() as session:
        for name in ("text_secret_key", "text_hook_secret"):
            if name in values:
                values[name] = stored.box().seal(str(values[name]))
        settings.change_several(session, values, now=NOW)


@pytest.fixture
def by_tencent(app: Flask, server: TextServer) -> TextServer:
    """Texts go out by the provider."""
    use(
        app,
        text_service="tencent",
        text_endpoint=server.url,
        text_secret_id=SECRET_ID,
        text_secret_key=SECRET_KEY,
        text_app_id="1400006666",
        text_signature="约课",
        text_template_code="1001",
        text_template_answer="1002",
        text_template_calendar="1003",
        text_template_reminder="1004",
    )
    return server


@pytest.fixture
def by_hook(app: Flask, server: TextServer) -> TextServer:
    """Texts go out by the hook."""
    use(app, text_service="hook", text_hook_url=f"{server.url}/hook", text_hook_secret=HOOK_KEY)
    return server


class Reader:
    """An instructor without a mail address, and a topic."""

    def __init__(self, user_id: int, instructor_id: int, topic_id: int) -> None:
        self.user_id, self.instructor_id, self.topic_id = user_id, instructor_id, topic_id

    def asked(self, app: Flask, people: Cast) -> str:
        """The number of a new request to them."""
        return factories.requested(
            app, people, at(3, 9), instructor_id=self.instructor_id, topic_id=self.topic_id
        )


@pytest.fixture
def reader(app: Flask, people: Cast) -> Reader:
    """An instructor whose account is known by a number only."""
    with app.app_context(), unit_of_work() as session:
        instructor = factories.make_instructor(session, "高山")
        factories.open_hours(session, instructor)
        user = accounts.create_user(
            session, phone=NUMBER, name="高山", password_hash=factories.password_hash(), now=NOW
        )
        accounts.add_membership(
            session, user=user, role=Role.INSTRUCTOR, instructor_id=instructor, now=NOW
        )
        return Reader(user.id, instructor, instructors.topic_ids(session, instructor)[0])


def texts(app: Flask) -> list[Delivery]:
    """All deliveries of the channel, in order."""
    with app.app_context():
        query = select(Delivery).where(Delivery.channel == "text").order_by(Delivery.id)
        found = list(db.session.scalars(query))
        db.session.expunge_all()
        return found


def move(app: Flask, number: str, command: Command, party: Party = Party.INSTRUCTOR) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, command, party)


def test_an_instructor_without_an_address_is_told_by_text(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time
) -> None:
    number = reader.asked(app, people)
    round_of_work(app, time)
    [taken] = by_tencent.taken
    assert by_tencent.refused == []
    assert taken["PhoneNumberSet"] == [NUMBER]
    assert (taken["SmsSdkAppId"], taken["SignName"]) == ("1400006666", "约课")
    assert taken["TemplateId"] == "1002"
    assert taken["TemplateParamSet"][:2] == ["11月26日", "9:00"]
    [delivery] = texts(app)
    assert (delivery.sent_at, delivery.user_id, delivery.kind) == (
        time.now,
        reader.user_id,
        "answer",
    )
    assert delivery.message is None
    assert taken["SessionContext"] == delivery.message_id
    move(app, number, Command.CONFIRM)
    round_of_work(app, time)
    assert [one["TemplateId"] for one in by_tencent.taken] == ["1002", "1003"]
    assert by_tencent.arguments[1][4] == "已确认"


def test_mail_goes_out_as_before(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time
) -> None:
    reader.asked(app, people)
    round_of_work(app, time)
    with app.app_context():
        query = select(Delivery.recipient).where(Delivery.channel == "mail")
        assert sorted(db.session.scalars(query)) == [LI, WANG]


def test_nobody_is_told_while_no_service_is_chosen(
    app: Flask, people: Cast, reader: Reader, time: Time
) -> None:
    reader.asked(app, people)
    round_of_work(app, time)
    assert texts(app) == []


def test_who_reads_mail_gets_no_text(
    app: Flask, people: Cast, by_tencent: TextServer, time: Time
) -> None:
    with app.app_context(), unit_of_work() as session:
        for place, address in enumerate((CHEN, LI)):
            user = session.scalars(select(User).where(User.email == address)).one()
            user.phone = f"+861200000008{place}"
    factories.confirmed(app, people)
    round_of_work(app, time)
    assert (texts(app), by_tencent.offered) == ([], [])


def test_no_text_names_a_person(
    app: Flask, people: Cast, reader: Reader, by_hook: TextServer, time: Time
) -> None:
    """Neither the other side, nor a contact, nor a remark, nor the room."""
    with app.app_context(), unit_of_work() as session:
        contact = accounts.create_user(session, phone=BRANCH_NUMBER, name="纸鸢", now=NOW)
        accounts.add_membership(
            session,
            user=contact,
            role=Role.BRANCH,
            organisation_id=people.li.id,
            now=NOW,
        )
    number = factories.requested(
        app,
        people,
        at(3, 9),
        instructor_id=reader.instructor_id,
        topic_id=reader.topic_id,
        note="找赵铁柱，电话 12012345678",
        place="墨香楼403",
    )
    round_of_work(app, time)
    move(app, number, Command.CONFIRM)
    round_of_work(app, time)
    move(app, number, Command.CANCEL, Party.BRANCH)
    round_of_work(app, time)
    assert set(by_hook.numbers) == {NUMBER, BRANCH_NUMBER}
    assert len(by_hook.taken) == 5
    told = json.dumps(
        [{**one, "_headers": None, "to": None} for one in by_hook.taken], ensure_ascii=False
    )
    for secret in ("高山", "纸鸢", "赵铁柱", "12012345678", "墨香楼", "12000000077", "12000000078"):
        assert secret not in told


def test_the_hook_gets_a_sentence_with_the_address_of_the_lecture(
    app: Flask, people: Cast, reader: Reader, by_hook: TextServer, time: Time
) -> None:
    number = reader.asked(app, people)
    round_of_work(app, time)
    [taken] = by_hook.taken
    assert by_hook.refused == []
    base = app.config["BASE_URL"]
    assert taken["link"] == f"{base}/lectures/{number}"
    assert taken["text"].startswith("您有授课申请待答复：11月26日9:00，")
    assert taken["text"].endswith(f"{base}/lectures/{number}")
    assert (taken["kind"], taken["language"], taken["to"]) == ("answer", "zh-Hans-CN", NUMBER)
    assert taken["_headers"]["idempotency-key"] == taken["id"] == texts(app)[0].message_id


@pytest.mark.parametrize("key", ["text_secret_key", "text_hook_secret"])
def test_a_wrong_key_is_refused_and_everything_waits(
    app: Flask, people: Cast, reader: Reader, server: TextServer, time: Time,
    request: pytest.FixtureRequest, key: str,
) -> None:  # fmt: skip
    by = "by_tencent" if key == "text_secret_key" else "by_hook"
    request.getfixturevalue(by)
    use(app, **{key: "another"})
    reader.asked(app, people)
    round_of_work(app, time)
    assert len(server.refused) == 1
    [waiting] = texts(app)
    assert (waiting.sent_at, waiting.attempts, waiting.next_try_at) == (None, 0, time.now)
    use(app, **{key: SECRET_KEY if key == "text_secret_key" else HOOK_KEY})
    round_of_work(app, time)
    assert server.numbers == [NUMBER]


@pytest.mark.parametrize(
    ("code", "sent_at_once", "waits"),
    [
        ("LimitExceeded.PhoneNumberThirtySecondLimit", False, True),
        ("FailedOperation.TemplateIncorrectOrUnapproved", False, True),
        ("FailedOperation.InsufficientBalanceInSmsPackage", False, True),
        ("InvalidParameterValue.IncorrectPhoneNumber", False, False),
        ("FailedOperation.PhoneNumberInBlacklist", False, False),
    ],
)
def test_refusals_of_the_provider(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time,
    code: str, sent_at_once: bool, waits: bool,
) -> None:  # fmt: skip
    by_tencent.trouble = lambda _phone: code
    reader.asked(app, people)
    round_of_work(app, time)
    [delivery] = texts(app)
    assert (delivery.sent_at is not None, delivery.next_try_at is not None) == (sent_at_once, waits)
    if "Balance" not in code:
        assert delivery.last_error == code
    by_tencent.trouble = lambda _phone: "Ok"
    time.now += timedelta(minutes=2)
    round_of_work(app, time)
    assert by_tencent.numbers == ([NUMBER] if waits else [])


def test_throttling_counts_against_no_message(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time
) -> None:
    by_tencent.trouble = lambda _phone: {"Code": "RequestLimitExceeded", "Message": "x"}
    reader.asked(app, people)
    round_of_work(app, time)
    assert [one.attempts for one in texts(app)] == [0]


def test_a_number_on_the_stop_list_is_not_tried_again(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time
) -> None:
    by_tencent.trouble = lambda _phone: "FailedOperation.PhoneNumberInBlacklist"
    number = reader.asked(app, people)
    round_of_work(app, time)
    move(app, number, Command.CONFIRM)
    round_of_work(app, time)
    assert len(texts(app)) == 1
    with app.app_context(), unit_of_work() as session:
        assert session.get_one(TextStop, reader.user_id).stopped_by is StoppedBy.PROVIDER
        session.get_one(User, reader.user_id).phone = BRANCH_NUMBER
    move(app, number, Command.CANCEL)
    round_of_work(app, time)
    assert [one.recipient for one in texts(app)] == [NUMBER, BRANCH_NUMBER]


def test_who_wants_none_gets_none(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time
) -> None:
    with app.app_context(), unit_of_work() as session:
        user = session.get_one(User, reader.user_id)
        assert text_service.stop(session, user, now=NOW)
        assert not text_service.stop(session, user, now=NOW)
    number = reader.asked(app, people)
    round_of_work(app, time)
    assert texts(app) == []
    with app.app_context(), unit_of_work() as session:
        assert text_service.resume(session, session.get_one(User, reader.user_id))
    move(app, number, Command.CONFIRM)
    round_of_work(app, time)
    assert by_tencent.numbers == [NUMBER]


@pytest.mark.parametrize("trouble", [HANG_UP, SILENT, 502])
def test_a_lost_answer_is_repeated_once(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time,
    monkeypatch: pytest.MonkeyPatch, trouble: object,
) -> None:  # fmt: skip
    monkeypatch.setattr(tencent, "ANSWER_SECONDS", 0.3)
    by_tencent.trouble = lambda _phone: trouble
    reader.asked(app, people)
    for _round in range(4):
        round_of_work(app, time)
        time.now += timedelta(hours=1)
    assert len(by_tencent.offered) == 2
    [delivery] = texts(app)
    assert (delivery.next_try_at, delivery.attempts) == (None, 2)
    keys = {one["SessionContext"] for one in by_tencent.offered}
    assert keys == {delivery.message_id}


def test_a_server_that_cannot_be_reached_costs_no_attempt(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time
) -> None:
    use(app, text_endpoint="http://127.0.0.1:9")
    reader.asked(app, people)
    round_of_work(app, time)
    assert [(one.attempts, one.next_try_at) for one in texts(app)] == [(0, time.now)]


@pytest.mark.parametrize(
    ("status", "waits", "attempts"),
    [(409, None, 1), (422, False, 1), (500, True, 1), (503, True, 0), (302, True, 0)],
)
def test_answers_of_the_hook(
    app: Flask, people: Cast, reader: Reader, by_hook: TextServer, time: Time,
    status: int, waits: bool | None, attempts: int,
) -> None:  # fmt: skip
    by_hook.trouble = lambda _phone: status
    reader.asked(app, people)
    round_of_work(app, time)
    [delivery] = texts(app)
    assert (delivery.sent_at is not None) is (waits is None)
    assert delivery.attempts == attempts
    if waits is not None:
        assert (delivery.next_try_at is not None) is waits
    assert len(by_hook.offered) == 1


@pytest.mark.parametrize("host", ["169.254.169.254", "100.100.100.200", "[fe80::1]", "0.0.0.0"])
def test_the_hook_never_asks_for_credentials_of_the_machine(
    app: Flask, people: Cast, reader: Reader, by_hook: TextServer, time: Time, host: str
) -> None:
    use(app, text_hook_url=f"https://{host}/latest")
    reader.asked(app, people)
    round_of_work(app, time)
    assert [(one.attempts, one.sent_at) for one in texts(app)] == [(0, None)]


def test_a_later_text_replaces_one_that_failed(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time
) -> None:
    by_tencent.trouble = lambda _phone: "LimitExceeded.PhoneNumberOneHourLimit"
    number = reader.asked(app, people)
    move(app, number, Command.CONFIRM)
    round_of_work(app, time)
    move(app, number, Command.CANCEL)
    by_tencent.trouble = lambda _phone: "Ok"
    time.now += timedelta(minutes=10)
    round_of_work(app, time)
    assert [one[4:] for one in by_tencent.arguments] == [["已取消"]]


@pytest.mark.parametrize(
    ("setting", "error"),
    [
        ("texts_per_number", "limit of the number"),
        ("texts_per_account", "limit of the account"),
        ("texts_per_day", "limit of the installation"),
    ],
)
def test_limits_per_day(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time,
    setting: str, error: str,
) -> None:  # fmt: skip
    use(app, **{setting: "1"})
    number = reader.asked(app, people)
    move(app, number, Command.CONFIRM)
    round_of_work(app, time)
    told = [(one.sent_at is not None, one.last_error, one.message) for one in texts(app)]
    assert told == [(True, None, None), (False, error, None)]
    with app.app_context():
        assert [row.count for row in db.session.scalars(select(TextCount))] == [1, 1, 1]
    time.now += timedelta(days=1)
    move(app, number, Command.CANCEL)
    round_of_work(app, time)
    assert len(by_tencent.taken) == 2


def test_keys_and_numbers_are_in_no_log(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    by_tencent.trouble = lambda _phone: "LimitExceeded.PhoneNumberOneHourLimit"
    reader.asked(app, people)
    round_of_work(app, time)
    assert "failed" in caplog.text
    assert not any(one in caplog.text for one in (SECRET_KEY, SECRET_ID, NUMBER, NUMBER[3:]))


def test_deadlines_hold_for_dripping_servers() -> None:
    import threading

    never: Any = threading.Event().wait
    with pytest.raises(Exception, match="NoAnswer"):
        deadlines.within(-0.9, lambda: never(5))
    assert deadlines.ANSWER_SECONDS < 60


def chooses_texts(app: Flask, address: str, number: str) -> None:
    """Somebody with mail gives a number and chooses texts beside mail."""
    with app.app_context(), unit_of_work() as session:
        user = session.scalars(select(User).where(User.email == address)).one()
        user.phone = number
        chosen = Ways(MessageWay.INVITATION, text=True)
        preferences = choice_queries.preferences_of(session, user.id)
        choices.choose(
            session,
            user=user,
            choices={MessageKind.CALENDAR: chosen},
            preferences=preferences,
            now=NOW,
        )


def test_who_chose_texts_gets_them_beside_mail(
    app: Flask, people: Cast, by_tencent: TextServer, time: Time
) -> None:
    chooses_texts(app, LI, BRANCH_NUMBER)
    factories.confirmed(app, people)
    round_of_work(app, time)
    assert [(one["PhoneNumberSet"], one["TemplateId"]) for one in by_tencent.taken] == [
        ([BRANCH_NUMBER], "1003")
    ]
    with app.app_context():
        mails = select(Delivery).where(Delivery.recipient == LI, Delivery.channel == "mail")
        assert db.session.scalars(mails).first() is not None


def test_a_text_waits_for_the_end_of_quiet_hours(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time
) -> None:
    """From 22:00 to 7:00; a change of a lecture in the next days rings at once."""
    reader_number = reader.asked(app, people)
    time.now = at(0, 23)
    round_of_work(app, time)
    assert [one.next_try_at for one in texts(app)] == [at(1, 7)]
    move(app, reader_number, Command.CONFIRM)
    round_of_work(app, time)
    assert [one["TemplateId"] for one in by_tencent.taken] == ["1003"]


def test_a_lecture_is_reminded_of_by_text(
    app: Flask, people: Cast, reader: Reader, by_tencent: TextServer, time: Time
) -> None:
    number = reader.asked(app, people)
    move(app, number, Command.CONFIRM)
    round_of_work(app, time)
    time.now = at(2, 9, 1)
    with app.app_context():
        remind_of_lectures(time.now)
    round_of_work(app, time)
    assert [one["TemplateId"] for one in by_tencent.taken] == ["1002", "1003", "1004"]
    assert by_tencent.arguments[2][:2] == ["11月26日", "9:00"]
