"""What can be asked for, what is refused, and what is kept of a request."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.availability import service as availability
from booking.availability.engine.hours import OverrideKind
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import RuleSet
from booking.db import db, unit_of_work
from booking.errors import DomainError, Invalid, NotFound
from booking.installation import uid_suffix
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Topic
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.unbookable import InThePast, NotBookable, SlotTaken, TooFar, TooSoon
from booking.lectures.models import Hold, Lecture, LectureCounter
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.counting import QueryCount
from tests.factories import NOW, Cast, at


@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        (at(-1, 9), InThePast),
        (NOW - timedelta(seconds=1), InThePast),
        (NOW, TooSoon),
        (at(0, 15), TooSoon),
        (at(2, 18), TooSoon),
        (at(91, 9), TooFar),
        (at(5, 9), NotBookable),  # A Saturday.
        (at(3, 7, 30), NotBookable),
        (at(3, 18, 30), NotBookable),
        (at(3, 9, 10), NotBookable),
        (at(3, 9) + timedelta(seconds=1), NotBookable),
    ],
)
def test_times_that_are_not_on_offer_are_refused(
    app: Flask, people: Cast, starts_at: datetime, refusal: type[DomainError]
) -> None:
    with app.app_context(), pytest.raises(NotBookable) as refused, unit_of_work() as session:
        factories.request(session, people, starts_at)
    assert type(refused.value) is refusal
    assert _counts(app) == (0, 0, 0, 0)


@pytest.mark.parametrize("starts_at", [at(3, 8), at(3, 18), at(88, 8), at(88, 18)])
def test_the_first_and_last_times_on_offer_can_be_booked(
    app: Flask, people: Cast, starts_at: datetime
) -> None:
    with app.app_context(), unit_of_work() as session:
        lecture = factories.request(session, people, starts_at)
    assert (lecture.starts_at, lecture.ends_at) == (starts_at, starts_at + timedelta(hours=2))
    assert _counts(app) == (1, 1, 1, 1)


def test_the_last_day_of_the_horizon_counts(app: Flask, people: Cast) -> None:
    with app.app_context():
        with unit_of_work() as session:
            rules = RuleSet(BookingRules(horizon_days=4))
            availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
        with unit_of_work() as session:
            factories.request(session, people, at(4, 18))
        with pytest.raises(TooFar), unit_of_work() as session:
            factories.request(session, people, at(7, 8))


def test_a_make_up_workday_gives_notice_and_a_day_off_does_not(app: Flask, people: Cast) -> None:
    """Before National Day 2026: 1 to 7 October are off, Saturday the 10th is a workday."""
    wednesday = datetime.fromisoformat("2026-09-30T10:00+08:00")
    monday = datetime.fromisoformat("2026-10-12T09:00+08:00")
    with app.app_context():
        with pytest.raises(TooSoon), unit_of_work() as session:
            factories.request(session, people, monday - timedelta(days=3), now=wednesday)
        with unit_of_work() as session:
            factories.request(session, people, monday, now=wednesday)


@pytest.mark.parametrize("minutes", [-90, -30, 0, 30, 90])
def test_a_time_that_overlaps_a_hold_is_taken(app: Flask, people: Cast, minutes: int) -> None:
    factories.requested(app, people, at(3, 12))
    with app.app_context(), pytest.raises(SlotTaken), unit_of_work() as session:
        factories.request(session, people, at(3, 12) + timedelta(minutes=minutes))
    assert _counts(app) == (1, 1, 1, 1)


@pytest.mark.parametrize("hour", [10, 14])
def test_lectures_may_touch(app: Flask, people: Cast, hour: int) -> None:
    factories.requested(app, people, at(3, 12))
    factories.requested(app, people, at(3, hour))
    assert _counts(app) == (2, 2, 2, 2)


def test_a_buffer_keeps_lectures_apart(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        rules = RuleSet(BookingRules(buffer_minutes=30))
        availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
    factories.requested(app, people, at(3, 12))
    with app.app_context(), pytest.raises(NotBookable), unit_of_work() as session:
        factories.request(session, people, at(3, 14))
    factories.requested(app, people, at(3, 14, 30))


def test_a_closed_day_is_refused(app: Flask, people: Cast) -> None:
    day = at(3, 9).date()
    with app.app_context():
        with unit_of_work() as session:
            availability.add_override(
                session,
                instructor_id=people.chen.id,
                kind=OverrideKind.CLOSED,
                first=day,
                last=day,
            )
        with pytest.raises(NotBookable), unit_of_work() as session:
            factories.request(session, people, at(3, 9))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"place": "  "}, "place"),
        ({"place": "会" * 201}, "place"),
        ({"note": "会" * 1001}, "note"),
        ({"attendees": 0}, "attendees"),
        ({"attendees": 100_001}, "attendees"),
        ({"region_code": "123456"}, "region"),
    ],
)
def test_values_that_do_not_fit_name_their_field(
    app: Flask, people: Cast, more: dict[str, Any], field: str
) -> None:
    with app.app_context(), pytest.raises(Invalid) as refused, unit_of_work() as session:
        factories.request(session, people, **more)
    assert refused.value.field == field
    assert _counts(app) == (0, 0, 0, 0)


def test_a_topic_of_somebody_else_is_not_found(app: Flask, people: Cast) -> None:
    with app.app_context(), pytest.raises(NotFound), unit_of_work() as session:
        factories.request(session, people, topic_id=people.zhou.topic)
    assert _counts(app) == (0, 0, 0, 0)


def test_what_was_promised_outlives_a_change_of_the_topic(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people, format=Format.ONLINE, attendees=60, note=" 请带教具 ")
    with app.app_context():
        with unit_of_work() as session:
            topic = session.get_one(Topic, people.chen.topic)
            topic.title, topic.minutes = "另一个专题", 30
        kept = db.session.scalars(select(Lecture).where(Lecture.number == number)).one()
        assert (kept.title, kept.place, kept.note) == (
            "家庭急救常识（120分钟）",
            "岫云县文化馆二楼",
            "请带教具",
        )
        assert (kept.format, kept.attendees, kept.time_zone) == (
            Format.ONLINE,
            60,
            "Asia/Shanghai",
        )
        assert (kept.starts_at, kept.ends_at) == (at(3, 9), at(3, 11))
        assert (kept.state, kept.sequence, kept.requested_by) == (
            State.REQUESTED,
            0,
            people.li.user,
        )
        assert kept.reply_due_at == at(2, 18)  # The evening before, not at the start.


def test_an_answer_is_due_at_the_end_of_the_third_day(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        assert factories.request(session, people, at(10, 9)).reply_due_at == at(3, 18)


def test_a_refused_time_is_free_again(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.DECLINE, Party.INSTRUCTOR)
    assert factories.requested(app, people) == "YK-2026-000002"


def test_numbers_have_no_gaps_after_refusals(app: Flask, people: Cast) -> None:
    first = factories.requested(app, people)
    with app.app_context(), pytest.raises(SlotTaken), unit_of_work() as session:
        factories.request(session, people)
    with app.app_context(), pytest.raises(RuntimeError):
        _request_and_crash(people)
    second = factories.requested(app, people, at(4, 9))
    assert [first, second] == ["YK-2026-000001", "YK-2026-000002"]


def _request_and_crash(people: Cast) -> None:
    with unit_of_work() as session:
        factories.request(session, people, at(4, 9))
        raise RuntimeError("the process dies before the commit")


def test_numbers_begin_anew_at_local_new_year(app: Flask, people: Cast) -> None:
    midnight = datetime.fromisoformat("2027-01-01T00:00+08:00")
    wanted = datetime.fromisoformat("2027-01-20T09:00+08:00")
    numbers = []
    with app.app_context():
        for moment in (midnight - timedelta(seconds=1), midnight):
            with unit_of_work() as session:
                numbers.append(factories.request(session, people, wanted, now=moment).number)
            wanted += timedelta(hours=2)
        last = dict(db.session.execute(select(LectureCounter.year, LectureCounter.last)).all())
    assert numbers == ["YK-2026-000001", "YK-2027-000001"]
    assert last == {2026: 1, 2027: 1}


def test_a_request_takes_the_same_queries_with_one_and_with_many_lectures(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    counts = []
    with app.app_context():
        uid_suffix(db.session())  # read once in a process
    for days in (3, 4, 7):
        with app.app_context(), queries() as seen, unit_of_work() as session:
            factories.request(session, people, at(days, 9))
        counts.append(len(seen))
        for hour in (11, 13, 15, 17):
            factories.requested(app, people, at(days, hour))
    assert counts == [counts[0]] * 3
    assert counts[0] <= 21


def _counts(app: Flask) -> tuple[int, ...]:
    """Lectures, holds, events and the last number."""
    with app.app_context():
        found = [
            db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Lecture, Hold, OutboxEvent)
        ]
        last = db.session.scalar(select(func.max(LectureCounter.last))) or 0
    return (*found, last)
