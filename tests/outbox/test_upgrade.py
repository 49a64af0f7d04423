"""Events that wait while the program is replaced are handled afterwards, and none is lost."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.db import db, unit_of_work
from booking.lectures.engine.events import OUTBOX_KINDS, LectureEvent
from booking.lectures.engine.states import EventKind
from booking.notifications.lectures import service as notifications
from booking.outbox import handlers
from booking.outbox.engine.kinds import OutboxKind
from booking.outbox.handlers import Handlers
from booking.outbox.models import OutboxEvent
from booking.outbox.service import MOST_FAILURES
from tests import factories
from tests.conftest import Time
from tests.factories import CHEN, LI, NOW, Cast
from tests.mailbox import Mailbox
from tests.notifications.conftest import round_of_work
from tests.outbox.stored import KINDS, stored_text

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
REQUESTED = EventKind.REQUESTED.value


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """The application hands its mail to the test's server."""
    return {"SMTP_URL": smtp.url}


@dataclass(frozen=True, slots=True)
class NewerEvent(LectureEvent):
    """The payload of a later release: a field more, and the title was called topic before."""

    room: str


def _older(values: dict[str, Any]) -> dict[str, Any]:
    return {("topic" if key == "title" else key): value for key, value in values.items()}


def _second(values: dict[str, Any]) -> dict[str, Any]:
    return {("title" if key == "topic" else key): value for key, value in values.items()}


def _third(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"room": "三楼"}


PRESENT = OUTBOX_KINDS[EventKind.REQUESTED]
NEWER = OutboxKind(REQUESTED, NewerEvent, upgrades=(*PRESENT.upgrades, _second, _third))


def tell_newer(session: Session, event: NewerEvent, /, *, event_id: int, now: datetime) -> None:
    values = {field.name: getattr(event, field.name) for field in fields(LectureEvent)}
    told = LectureEvent(**values | {"place": f"{event.place}（{event.room}）"})
    notifications.write_mails(session, told, event_id=event_id, now=now)


def upgrade(app: Flask) -> None:
    """Start the later release."""
    later = Handlers()
    later.register(NEWER, tell_newer)
    handlers.connect(app, later)


def add(app: Flask, kind: str, payload: Mapping[str, object], version: int = 1) -> None:
    with app.app_context(), unit_of_work() as session:
        session.add(OutboxEvent(kind=kind, payload=dict(payload), version=version, recorded_at=NOW))


def rows(app: Flask) -> list[tuple[str, int, int, bool, str | None]]:
    """(kind, version, failures, handled, error) of each event, in order."""
    with app.app_context():
        return [
            (row.kind, row.version, row.attempts, row.handled_at is not None, row.last_error)
            for row in db.session().scalars(select(OutboxEvent).order_by(OutboxEvent.id))
        ]


def test_an_event_is_stored_with_its_version(app: Flask, people: Cast) -> None:
    factories.requested(app, people)
    assert rows(app) == [(REQUESTED, 2, 0, False, None)]


def test_the_payload_of_an_earlier_release_becomes_mail(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    add(app, REQUESTED, json.loads(stored_text(REQUESTED, 1)))
    with app.app_context(), unit_of_work() as session:
        lectures = factories.request(session, people).id
    assert lectures == 1

    assert round_of_work(app, time) == 4
    assert sorted(one.rcpt_tos[0] for one in smtp.envelopes) == [CHEN, CHEN, LI, LI]


def test_an_event_that_waits_through_an_upgrade_becomes_mail(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    factories.requested(app, people)
    with app.app_context(), unit_of_work() as session:
        row = session.scalars(select(OutboxEvent)).one()
        row.payload = _older(row.payload)
    upgrade(app)

    assert round_of_work(app, time) == 2
    assert sorted(one.rcpt_tos[0] for one in smtp.envelopes) == [CHEN, LI]
    for mail in smtp.messages:
        text = mail.get_body(("plain",))
        assert text is not None
        assert "家庭急救常识" in text.get_content()
        assert "三楼" in text.get_content()
    assert rows(app) == [(REQUESTED, 2, 0, True, None)]


NO_HANDLER = (
    "no handler is registered for parcel.sent: run a release that has one, "
    "or set handled_at to drop the event"
)
TOO_NEW = (
    "the payload of lecture.requested has version 4, and this release reads 1 to 2: "
    "run the release that recorded it, or a later one"
)


def test_what_nobody_knows_waits_with_a_reason_and_holds_up_no_other(
    app: Flask, people: Cast, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    factories.requested(app, people)
    with app.app_context(), unit_of_work() as session:
        row = session.scalars(select(OutboxEvent)).one()
        row.payload, row.version = _third(row.payload), 4
    add(app, "parcel.sent", {"number": 7})
    factories.requested(app, people, factories.at(4, 9))

    with caplog.at_level(logging.ERROR):
        sent = [round_of_work(app, time) for _minute in range(MOST_FAILURES + 2)]

    assert sent == [2] + [0] * (MOST_FAILURES + 1)
    assert rows(app) == [
        (REQUESTED, 4, 0, False, TOO_NEW),
        ("parcel.sent", 1, 0, False, NO_HANDLER),
        (REQUESTED, 2, 0, True, None),
    ]
    # Told once, not in each of the rounds.
    assert [one.getMessage() for one in caplog.records] == [
        f"event 1 waits: {TOO_NEW}",
        f"event 2 waits: {NO_HANDLER}",
    ]
    upgrade(app)
    assert round_of_work(app, time) == 2
    assert [row[3] for row in rows(app)] == [True, False, True]


@sqlite_only
def test_a_payload_of_another_shape_fails_with_the_name_of_the_field(
    app: Flask, people: Cast, time: Time
) -> None:
    payload = json.loads(stored_text(REQUESTED, 1))
    add(app, REQUESTED, payload | {"instructor": 12000001000})
    round_of_work(app, time)
    assert rows(app) == [(REQUESTED, 1, 1, False, "Unreadable: TypeError @ $.instructor")]


def test_a_kind_has_one_handler() -> None:
    registered = Handlers()
    notifications.subscribe(registered)
    kind = OUTBOX_KINDS[EventKind.REQUESTED]
    with pytest.raises(ValueError, match=r"lecture\.requested has a handler already"):
        registered.register(kind, notifications.write_mails)


def test_versions_below_the_first_are_not_known() -> None:
    registered = Handlers()
    registered.register(NEWER, tell_newer)
    known = [registered.obstacle(REQUESTED, version) is None for version in range(6)]
    assert known == [False, True, True, True, True, False]


@sqlite_only
def test_the_application_has_a_handler_for_each_kind_of_the_features(app: Flask) -> None:
    with app.app_context():
        registered = handlers.connected()
    kinds = [(kind.name, kind.version) for kind in KINDS]
    assert [registered.obstacle(*kind) for kind in kinds] == [None] * len(kinds)
