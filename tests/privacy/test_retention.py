"""Data whose time is over go by themselves, to the second, and the dry run tells the same."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from booking.accounts.models import SignIn, User
from booking.audit import AuditEntry
from booking.contacts.models import Consent, Reveal
from booking.contacts.threads.models import MessageThread, RelayedMessage
from booking.db import Base, db, unit_of_work
from booking.db.base import UTCDateTime
from booking.exports.models import ExportFile
from booking.follow_ups.documents.models import FollowUpDocument
from booking.follow_ups.models import FollowUp
from booking.instructors.models import Contact
from booking.lectures.attendees.models import NamedAttendee
from booking.lectures.models import Lecture
from booking.lectures.queries import by_number
from booking.members.engine.states import WAITING_KEPT
from booking.members.models import Invitation, JoinRequest
from booking.nominations.models import Departure, Nomination
from booking.notifications.models import Delivery
from booking.organisations.lists.models import ListDraft
from booking.outbox.models import OutboxEvent
from booking.privacy.retention import service
from booking.privacy.retention.models import RetentionRun
from booking.privacy.retention.rules import RULES, Rule
from booking.privacy.retention.tasks import apply_schedule
from booking.register.models import DraftState, ImportBatch, ImportDraft
from booking.settings import service as settings
from booking.settings.engine import retention as periods
from tests import factories
from tests.browser import Client
from tests.factories import NOW, WANG, Cast

SECOND = timedelta(seconds=1)
UNIQUIFIER, THREAD = "known", 1
BY_NAME = {rule.name: rule for rule in RULES}


def row(table: type[Base], **values: Any) -> dict[str, Any]:
    """Values for every column that needs one; texts are unique."""
    found = dict(values)
    for column in table.__table__.columns:
        wanted = not (column.nullable or column.primary_key or column.server_default)
        if wanted and column.name not in found:
            found[column.name] = _filler(column.type)
    return found


def _filler(kind: sa.types.TypeEngine[Any]) -> Any:
    if isinstance(kind, sa.Enum):
        assert kind.enum_class is not None
        return next(iter(kind.enum_class))
    if isinstance(kind, sa.JSON):
        return {}
    if isinstance(kind, UTCDateTime):
        return NOW
    python = kind.python_type
    if issubclass(python, enum.Enum):
        return next(iter(python))
    fillers: Mapping[type, Any] = {
        bool: False, int: 0, date: NOW.date(), bytes: b"x",
    }  # fmt: skip
    return fillers.get(python, uuid4().hex[:12])


Rows = Callable[[Cast, datetime], list[tuple[type[Base], dict[str, Any]]]]


def _people(cast: Cast, at: datetime) -> dict[str, Any]:
    return {"user_id": cast.wang, "region_code": factories.CITY, "created_at": at}


MADE: Mapping[str, Rows] = {
    "nominations": lambda cast, at: [
        (Nomination, row(Nomination, origin="self", phone="1", region_code=factories.CITY,
                         decided_at=at)),
    ],
    "invitations": lambda cast, at: [
        (Invitation, row(Invitation, role="admin", sent_at=at)),
    ],
    "join_requests": lambda cast, at: [
        (JoinRequest, row(JoinRequest, region_code=factories.CITY, email="a@example.org",
                          state="declined", decided_at=at)),
    ],
    "previews": lambda cast, at: [
        (ImportDraft, row(ImportDraft, state=DraftState.OPEN, **_people(cast, at))),
        (ListDraft, row(ListDraft, user_id=cast.wang, created_at=at)),
        (ExportFile, row(ExportFile, user_id=cast.wang, created_at=at)),
    ],
    "imports": lambda cast, at: [
        (ImportBatch, row(ImportBatch, field_ids=[], **_people(cast, at))),
    ],
    "mails": lambda cast, at: [
        (Delivery, row(Delivery, created_at=at, next_try_at=None)),
        (Delivery, row(Delivery, created_at=at, next_try_at=at, sent_at=at)),
        (OutboxEvent, row(OutboxEvent, recorded_at=at, handled_at=at)),
    ],
    "messages": lambda cast, at: [
        (RelayedMessage, row(RelayedMessage, thread_id=THREAD, sent_at=at)),
    ],
    "sign_ins": lambda cast, at: [
        (SignIn, row(SignIn, user_id=cast.wang, last_used_at=at,
                     uniquifier=UNIQUIFIER)),
    ],
    "reveals": lambda cast, at: [(Reveal, row(Reveal, shown_at=at))],
    "consents": lambda cast, at: [
        (Consent, row(Consent, user_id=cast.wang, withdrawn_at=at)),
    ],
    "audit_log": lambda cast, at: [
        (AuditEntry, row(AuditEntry, recorded_at=at)),
        (RetentionRun, row(RetentionRun, ran_at=at)),
    ],
}  # fmt: skip
"""By rule: rows of the instant from which their time counts. Contacts have a test of their own."""


def store(app: Flask, rows: list[tuple[type[Base], dict[str, Any]]]) -> None:
    with app.app_context(), unit_of_work() as session:
        for table, values in rows:
            session.execute(insert(table), values)


def sizes(session: Session) -> dict[str, int]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def test_every_rule_is_tested() -> None:
    others = {"contacts", "attendees", "attendance", "effect_documents", "searches", "test_answers"}
    assert set(MADE) | others == set(BY_NAME)


def test_names_fit_and_are_different() -> None:
    assert len(BY_NAME) == len(RULES)
    assert all(len(name) <= 20 for name in BY_NAME)


@pytest.mark.parametrize("name", MADE)
def test_what_is_too_old_by_a_second_goes_and_the_dry_run_says_so(
    app: Flask, people: Cast, name: str
) -> None:
    rule, made = BY_NAME[name], MADE[name]
    sides = {"instructor_id": people.chen.id, "organisation_id": people.li.id}
    store(app, [(MessageThread, row(MessageThread, id=THREAD, **sides))])
    with app.app_context():
        before = service.before_of(rule, NOW)
        with unit_of_work() as session:
            session.get_one(User, people.wang).fs_uniquifier = UNIQUIFIER
    # What was last used at the very instant has ended; all else stays until it is older.
    kept = before + SECOND if name == "sign_ins" else before
    store(app, made(people, kept))
    expected = len(made(people, before))
    with app.app_context():
        assert service.counts(db.session(), NOW)[name] == 0
    store(app, made(people, before - SECOND))

    with app.app_context():
        session = db.session()
        sized = sizes(session)
        dry = service.counts(session, NOW)[name]
        assert (dry, sizes(session)) == (expected, sized)
        with unit_of_work() as session:
            assert service.apply_rule(session, rule, now=NOW) == dry
        assert service.counts(db.session(), NOW)[name] == 0
        gone = {one: sized[one] - count for one, count in sizes(db.session()).items()}
        recorded = db.session().scalars(select(RetentionRun).order_by(RetentionRun.id)).all()[-1]
    assert (recorded.rule, recorded.deleted) == (name, dry)
    assert (recorded.ran_at, recorded.before) == (NOW, before)
    blanked = name == "nominations"
    assert sum(gone.values()) == (-1 if blanked else dry - 1)


def test_contacts_go_some_time_after_somebody_left(app: Flask, people: Cast) -> None:
    """Of who came back, and of everybody else, nothing goes."""
    with app.app_context(), unit_of_work() as session:
        for one, returned in ((people.chen, None), (people.zhou, NOW)):
            session.add(
                Contact(instructor_id=one.id, channel="phone", value="12000000001", created_at=NOW)
            )
            session.add(
                Departure(instructor_id=one.id, left_on=NOW.date(), reason="退休",
                          recorded_at=NOW, returned_at=returned)
            )  # fmt: skip

    def left(days: int) -> list[int]:
        with app.app_context():
            apply_schedule(NOW + timedelta(days=days))
            query = select(Contact.instructor_id).where(Contact.value == "12000000001")
            return sorted(db.session().scalars(query))

    days = periods.LEFT_CONTACT_DAYS.default
    assert left(days) == sorted((people.chen.id, people.zhou.id))
    assert left(days + 1) == [people.zhou.id]


def test_named_attendees_go_some_time_after_the_lecture(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    days = timedelta(days=periods.ATTENDEE_DAYS.default)
    with app.app_context():
        lecture = db.session().scalars(select(Lecture).where(Lecture.number == number)).one()
        lecture_id, over = lecture.id, lecture.ends_at + days
    store(app, [(NamedAttendee, row(NamedAttendee, lecture_id=lecture_id, named_at=NOW))])
    with app.app_context():
        for later, left in ((over, 1), (over + SECOND, 0)):
            assert service.counts(db.session(), later)["attendees"] == 1 - left
            apply_schedule(later)
            assert sizes(db.session())["named_attendee"] == left


def test_documents_about_effects_go_and_the_answers_stay(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    days = timedelta(days=30)
    with app.app_context(), unit_of_work() as session:
        lecture_id = by_number(session, number).id
        settings.change(session, periods.FOLLOW_UP_DOCUMENT_DAYS, "30", now=NOW)
    asked = row(FollowUp, id=9, lecture_id=lecture_id, closes_at=NOW + SECOND)
    store(app, [(FollowUp, asked)])
    store(app, [(FollowUpDocument, row(FollowUpDocument, follow_up_id=9, size=1, stored_at=NOW))])
    with app.app_context():
        for later, left in ((NOW + days, 1), (NOW + days + SECOND, 0)):
            apply_schedule(later)
            found = sizes(db.session())
            assert (found["follow_up_document"], found["follow_up"]) == (left, 1)


def test_what_is_still_needed_stays(app: Flask, people: Cast) -> None:
    """Mail that is tried, events to handle, a running import, a consent in force."""
    long_ago = NOW - timedelta(days=5000)
    kept = [
        (Delivery, row(Delivery, created_at=long_ago, next_try_at=NOW)),
        (OutboxEvent, row(OutboxEvent, recorded_at=long_ago)),
        (ImportDraft, row(ImportDraft, state=DraftState.RUNNING, **_people(people, long_ago))),
        (Consent, row(Consent, user_id=people.wang, given_at=long_ago)),
    ]
    store(app, kept)
    with app.app_context():
        before = sizes(db.session())
        apply_schedule(NOW)
        assert sizes(db.session()) == before


def test_a_request_that_nobody_decides_goes_as_well(app: Flask, people: Cast) -> None:
    values = row(JoinRequest, region_code=factories.CITY, email="a@example.org", state="waiting")
    store(app, [(JoinRequest, values | {"created_at": NOW})])
    with app.app_context():
        for later, left in ((WAITING_KEPT, 1), (WAITING_KEPT + SECOND, 0)):
            apply_schedule(NOW + later)
            assert sizes(db.session())["join_request"] == left


def test_the_period_is_the_setting(app: Flask, people: Cast) -> None:
    store(app, MADE["mails"](people, NOW))
    with app.app_context():
        later = NOW + timedelta(days=8)
        assert service.counts(db.session(), later)["mails"] == 0
        with unit_of_work() as session:
            settings.change(session, periods.MAIL_DAYS, "7", now=NOW)
    with app.app_context():
        assert service.counts(db.session(), later)["mails"] == len(MADE["mails"](people, NOW))


def test_a_rule_that_fails_does_not_keep_back_the_others(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = NOW - timedelta(days=2000)
    store(app, MADE["invitations"](people, old) + MADE["imports"](people, old))

    def broken(session: Session, rule: Rule, *, now: datetime) -> int:
        if rule.name == "invitations":
            raise RuntimeError("broken")
        return applied(session, rule, now=now)

    applied = service.apply_rule
    monkeypatch.setattr(service, "apply_rule", broken)
    with app.app_context():
        with pytest.raises(RuntimeError):
            apply_schedule(NOW)
        found = sizes(db.session())
    assert (found["invitation"], found["import_batch"]) == (1, 0)


def test_a_run_deletes_no_more_than_a_bound(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_AT_ONCE", 2)
    old = NOW - timedelta(days=2000)
    store(app, [one for _number in range(5) for one in MADE["imports"](people, old)])
    left = []
    with app.app_context():
        for _number in range(3):
            apply_schedule(NOW)
            left.append(sizes(db.session())["import_batch"])
    assert left == [3, 1, 0]


def test_the_page(app: Flask, people: Cast) -> None:
    """Periods, the dry run that deletes nothing, and what went; for administrators only."""
    store(app, MADE["imports"](people, NOW - timedelta(days=2000)))
    admin = Client(app).sign_in(factories.ROOT)

    page = admin.get("/manage/retention?dry=1").text
    assert "下次运行将删除1条。现在未删除任何内容。" in page
    assert page.count("400天") == 2  # Of imports and of search words.
    assert Client(app).sign_in(WANG).get("/manage/retention").status_code == 403
    with app.app_context():
        assert sizes(db.session())["import_batch"] == 1
        apply_schedule(NOW)
    page = admin.get("/manage/retention?page=1").text
    assert "尚无按期删除的内容。" not in page
    assert page.count("：1条") == 1
