"""The busiest instructor of the demonstration province, as other programs read the feed."""

from __future__ import annotations

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import delete, func, select

from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, Region
from booking.availability.models import CalendarDay
from booking.calendars.facts import facts_of
from booking.calendars.feeds.engine.kinds import of_instructor
from booking.calendars.feeds.service import open_feed
from booking.calendars.models import RenderedEvent
from booking.db import db, unit_of_work
from booking.demo import build
from booking.lectures.changes import Change, snapshot
from booking.lectures.engine.states import EventKind, Party, Side, State
from booking.lectures.models import Lecture
from tests.browser import Client
from tests.clients.judges import judge_all
from tests.clients.reading import Fields, written
from tests.factories import NOW, ZONE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def demo(app: Flask, capsys: pytest.CaptureFixture[str]) -> Flask:
    """The province of size S, at `NOW`."""
    with app.app_context():
        with unit_of_work() as session:  # the demonstration brings regions and days of its own
            session.execute(delete(CalendarDay))
            for length in (6, 4, 2):  # counties before cities before the province
                depth = func.length(func.rtrim(Region.code, "0")) > length - 2
                session.execute(delete(Region).where(depth))
        build.build(size="S", seed=1, now=NOW, zone=ZONE)
    return app


def test_the_busiest_instructors_feed(demo: Flask) -> None:
    with demo.app_context():
        session = db.session()
        busiest = session.scalars(
            select(RenderedEvent.owner_id)
            .where(RenderedEvent.side == Side.INSTRUCTOR)
            .group_by(RenderedEvent.owner_id)
            .order_by(func.count().desc(), RenderedEvent.owner_id)
        ).first()
        assert busiest is not None
        user_id = session.scalars(
            select(Membership.user_id).where(
                Membership.role == Role.INSTRUCTOR, Membership.instructor_id == busiest
            )
        ).first()
        assert user_id is not None
        with unit_of_work() as writing:
            token = open_feed(writing, of_instructor(busiest), user_id=user_id, now=NOW)
        published = session.scalars(
            select(Lecture)
            .where(
                Lecture.instructor_id == busiest,
                Lecture.state.in_([State.CONFIRMED, State.DELIVERED, State.CANCELLED]),
            )
            .order_by(Lecture.starts_at)
        ).all()
        facts = {one.uid: _written(one) for one in published}
    feed = Client(demo).get(f"/feed/{token}.ics").data
    stamps = {
        str(event["UID"]): int(event.decoded("DTSTAMP").timestamp())
        for event in Calendar.from_ical(feed).walk("VEVENT")
    }

    expected = {uid: fields for uid, fields in facts.items() if uid in stamps}
    assert len(expected) == len(stamps) >= 10
    for one in published:
        if (stamp := stamps.get(one.uid)) is not None:
            # Proposals and records change a lecture, but not in calendars (rule 5).
            assert stamp <= one.changed_at.timestamp()
            expected[one.uid] = {**expected[one.uid], "stamp": stamp, "modified": stamp}
    missing = [one for one in published if one.uid not in stamps]
    # Only what lies before the window, or was cancelled more than a week ago, is left out.
    assert [
        one.number
        for one in missing
        if (NOW - one.starts_at).days < (7 if one.state is State.CANCELLED else 90)
    ] == []
    judge_all(feed, expected)


def _written(lecture: Lecture) -> Fields:
    """The fields of a lecture as it stands in the database."""
    change = Change(EventKind.CONFIRMED, None, None, Party.SYSTEM, None, NOW)
    return written(facts_of(snapshot(lecture, change), Side.INSTRUCTOR))
