"""Nothing about a person is left who has left: canaries in every text of every table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text

from booking.accounts.models import User
from booking.administration.texts.engine.pages import TextPage
from booking.administration.texts.models import TextVersion
from booking.audit import Action, AuditEntry, SubjectKind
from booking.calendars.models import RenderedEvent
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Contact, Instructor
from booking.lectures.models import Lecture
from booking.notifications.models import Delivery
from booking.outbox.models import OutboxEvent
from booking.privacy.erasure.fates import Fate
from booking.privacy.erasure.holdings import HOLDINGS, STAYS
from booking.privacy.exits.models import Leaving, LeavingState
from booking.settings.models import StoredSetting
from tests import factories
from tests.audit_log import entries
from tests.conftest import Time
from tests.factories import CHEN, NOW, Cast, at
from tests.privacy.leaving import GRACE, ask, work
from tests.privacy.planting import EMAIL, NAME, PHONE, SHOWN, Planter, dump

CLEANED = {
    f"{holding.table.__tablename__}.{holding.table.__mapper__.columns[name].name}"
    for holding in HOLDINGS
    for name, fate in holding.texts.items()
    if fate is Fate.CLEAN
} | {"rendered_event.text", "rendered_text.text"}
"""Where a text stays without names and contacts."""


def plant(app: Flask, people: Cast) -> dict[str, str]:
    """Canaries everywhere; returns the tokens with the column of each."""
    number = factories.confirmed(app, people, at(3, 9))
    with app.app_context(), unit_of_work() as session:
        user = session.get_one(User, people.chen.user)
        user.phone = PHONE
        entry = session.get_one(Instructor, people.chen.id)
        entry.introduction = entry.search_text = f"{NAME} {SHOWN}"
        for channel, value in ((Channel.PHONE, SHOWN), (Channel.EMAIL, EMAIL)):
            session.add(
                Contact(instructor_id=entry.id, channel=channel, value=value, created_at=NOW)
            )
        lecture = session.scalars(select(Lecture).where(Lecture.number == number)).one()
        mine = {
            "user": people.chen.user,
            "instructor": people.chen.id,
            "topic": people.chen.topic,
            "lecture": lecture.id,
            "organisation": people.li.id,
            "region": factories.DISTRICT,
        }
        others = {
            "user": people.zhou.user,
            "instructor": people.zhou.id,
            "topic": people.zhou.topic,
            "organisation": people.zhao.id,
            "region": factories.OTHER_DISTRICT,
        }
        planter = Planter(session, mine, others)
        planter.plant()
        _without_key(session, lecture)
        return planter.tokens


def _without_key(session: Any, lecture: Lecture) -> None:
    """What names the person without a foreign key."""
    about = f"{NAME} {SHOWN} {EMAIL}"
    session.add_all(
        [
            Delivery(recipient=CHEN, subject=about, message=b"own", created_at=NOW),
            Delivery(
                recipient="li@example.org",
                subject=about,
                message=about.encode(),
                lecture_id=lecture.id,
                created_at=NOW,
                next_try_at=NOW + timedelta(days=300),
            ),
            OutboxEvent(
                kind="x",
                payload={"instructor_id": lecture.instructor_id, "deep": [{"text": about}]},
                recorded_at=NOW,
                handled_at=NOW,
            ),
            StoredSetting(key="x", value=1, changed_at=NOW, changed_by=NAME),
            TextVersion(
                page=TextPage.ABOUT, language="en", body="x", changed_at=NOW, changed_by=NAME
            ),
        ]
    )
    session.execute(
        insert(AuditEntry).values(
            recorded_at=NOW - timedelta(days=900),
            action=Action.ENTRY_CHANGED,
            actor_id=3,
            actor_label=NAME,
            subject_kind=SubjectKind.INSTRUCTOR,
            subject_id=lecture.instructor_id,
            subject_label=NAME,
            detail={"changes": {"name": [NAME, SHOWN]}},
        )
    )


def test_no_canary_is_found_afterwards(app: Flask, people: Cast, time: Time) -> None:
    tokens = plant(app, people)
    assert len(tokens) > 100
    with app.app_context():
        before = dump(db.session())
    assert sum(NAME in value for value in before.values()) > 60
    ask(app, people.chen.user)
    assert work(app, time) == 1
    with app.app_context():
        after = dump(db.session())
    words = (NAME, SHOWN, PHONE, EMAIL, CHEN)
    left = {
        label: [word for word in words if word in value]
        for label, value in after.items()
        # For 180 days the law keeps the log as it is; the older entry is looked at below.
        if not label.startswith("audit_entry.")
    }
    assert {label: found for label, found in left.items() if found} == {}
    everything = "\n".join(after.values())
    kept = {label for token, label in tokens.items() if token in everything}
    assert kept - CLEANED == set()


def test_what_is_declared_to_stay_exists(app: Flask) -> None:
    with app.app_context():
        columns = set(dump(db.session()))
    assert set(STAYS) - columns == set()


def test_the_log_keeps_the_act_without_the_name(app: Flask, people: Cast, time: Time) -> None:
    plant(app, people)
    ask(app, people.chen.user)
    work(app, time)
    with app.app_context():
        query = select(AuditEntry).order_by(AuditEntry.id)
        old = db.session.scalars(query.where(AuditEntry.action == Action.ENTRY_CHANGED)).one()
        assert (old.actor_label, old.subject_label, old.detail) == (
            "已退出的讲师",
            "已退出的讲师",
            {},
        )
        recent = select(AuditEntry.subject_label).where(AuditEntry.action == Action.LEAVING_ASKED)
        assert db.session.scalars(recent).all() == [NAME]


def test_nobody_can_change_the_log_otherwise(app: Flask, people: Cast) -> None:
    plant(app, people)
    for statement in (
        "UPDATE audit_entry SET subject_label = 'x' WHERE action = 'entry_changed'",
        "UPDATE lecture_history SET reason = 'x'",
        "UPDATE entry_change SET actor_name = 'x'",
    ):
        with app.app_context(), pytest.raises(Exception, match="append_only"), unit_of_work() as s:
            s.execute(text(statement))


def totals(app: Flask) -> dict[str, Any]:
    """What statistics count: lectures by state, organisation and instructor; orders by state."""
    queries = {
        "lectures": select(Lecture.state, Lecture.organisation_id, func.count()).group_by(
            Lecture.state, Lecture.organisation_id
        ),
        "instructors": select(Lecture.instructor_id, func.count()).group_by(Lecture.instructor_id),
    }
    tables = ("lecture", "lecture_history", "lecture_record", "branch_order", "order_history")
    with app.app_context():
        found: dict[str, Any] = {
            name: sorted(map(tuple, db.session.execute(query))) for name, query in queries.items()
        }
        for table in (*tables, "instructor", "topic", "term", "nomination", "user"):
            found[table] = db.session.scalar(text(f'SELECT count(*) FROM "{table}"'))
        return found


def test_totals_are_the_same(app: Flask, people: Cast, time: Time) -> None:
    plant(app, people)
    ask(app, people.chen.user)
    before = totals(app)
    assert work(app, time) == 1
    assert totals(app) == before


def test_the_branch_keeps_a_calendar_without_the_name(app: Flask, people: Cast, time: Time) -> None:
    factories.confirmed(app, people, at(3, 9))
    ask(app, people.chen.user)
    assert work(app, time) == 1
    with app.app_context():
        query = select(RenderedEvent.text).order_by(RenderedEvent.id)
        texts = [one.replace("\r\n ", "") for one in db.session.scalars(query)]
    assert len(texts) == 2
    assert all(one.startswith("BEGIN:VEVENT\r\n") for one in texts)
    assert all(one.endswith("END:VEVENT\r\n") for one in texts)
    assert any("已退出的讲师" in one for one in texts)
    assert not any(NAME in one for one in texts)


def test_the_log_loses_the_name_half_a_year_later(app: Flask, people: Cast, time: Time) -> None:
    # Long ago: the triggers ask the clock of the database.
    long_ago = timedelta(days=-900)
    time.now = NOW + long_ago
    ask(app, people.chen.user, now=time.now)
    assert work(app, time, long_ago + GRACE) == 1
    work(app, time, long_ago + GRACE + timedelta(days=180))
    assert asked_labels(app) == [NAME]
    work(app, time, long_ago + GRACE + timedelta(days=183))
    assert asked_labels(app) == ["已退出的讲师"]
    with app.app_context():
        leaving = db.session.scalars(select(Leaving)).one()
        assert (leaving.state, leaving.log_erased_at) == (LeavingState.DONE, time.now)


def asked_labels(app: Flask) -> list[str]:
    return [one.subject_label for one in entries(app, Action.LEAVING_ASKED)]
