"""Terms, suspensions, topics, the way and caps inside the booking transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from booking.availability import service as availability
from booking.availability.engine.hours import HolidayPolicy
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import BookingRules, SlotRequest, WhyNot
from booking.availability.engine.rules import RuleSet
from booking.availability.engine.travel import Place
from booking.db import db, unit_of_work
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Topic
from booking.lectures.engine.states import Command, Party
from booking.lectures.engine.unbookable import REASONS, AlreadyYours, NotBookable, WayTooLong
from booking.lectures.models import Hold
from booking.lectures.schedules.queries import bookable_slots
from tests import factories
from tests.factories import (
    COUNTY,
    DISTRICT,
    NOW,
    OTHER_DISTRICT,
    ZONE,
    Cast,
    at,
)

FIRST, LAST = at(4, 9), at(8, 9)  # a Friday and the Tuesday after it
AROUND = (at(3, 9), FIRST, LAST, at(9, 9))


def day(instant: datetime) -> date:
    return instant.astimezone(ZONE).date()


def answer(app: Flask, people: Cast, starts_at: datetime, **more: Any) -> object:
    """None when the request was accepted, else the sentence of its refusal."""
    error = refusal(app, people, starts_at, **more)
    return None if error is None else error.sentence


def refusal(app: Flask, people: Cast, starts_at: datetime, **more: Any) -> NotBookable | None:
    """None when the request was accepted, else its refusal."""
    try:
        with app.app_context(), unit_of_work() as session:
            factories.request(session, people, starts_at, **more)
    except NotBookable as error:
        return error
    return None


def change(app: Flask, act: Callable[[Session], object]) -> None:
    with app.app_context(), unit_of_work() as session:
        act(session)


def set_caps(app: Flask, people: Cast, caps: Caps) -> None:
    rules = RuleSet(caps=caps)
    change(app, lambda session: availability.set_rules(
        session, instructor_id=people.chen.id, rules=rules, now=NOW))  # fmt: skip


def test_both_days_of_a_term_can_be_booked(app: Flask, people: Cast) -> None:
    change(app, lambda session: availability.add_term(
        session, instructor_id=people.chen.id, first=day(FIRST), last=day(LAST)))  # fmt: skip

    out = REASONS[WhyNot.OUTSIDE_TERM]
    assert [answer(app, people, start) for start in AROUND] == [out, None, None, out]


def test_neither_day_of_a_suspension_can_be_booked(app: Flask, people: Cast) -> None:
    change(app, lambda session: availability.suspend(
        session, instructor_id=people.chen.id, first=day(FIRST), last=day(LAST)))  # fmt: skip

    out = REASONS[WhyNot.SUSPENDED]
    assert [answer(app, people, start) for start in AROUND] == [None, out, out, None]


def test_a_suspension_until_further_notice(app: Flask, people: Cast) -> None:
    change(app, lambda session: availability.suspend(
        session, instructor_id=people.chen.id, first=day(FIRST), last=None))  # fmt: skip

    out = REASONS[WhyNot.SUSPENDED]
    assert [answer(app, people, start) for start in (at(3, 9), at(88, 9))] == [None, out]


def test_both_days_of_a_topic_can_be_booked(app: Flask, people: Cast) -> None:
    def limit(session: Session) -> None:
        topic = session.get_one(Topic, people.chen.topic)
        topic.valid_from, topic.valid_to = day(FIRST), day(LAST)

    change(app, limit)

    out = REASONS[WhyNot.TOPIC_NOT_VALID]
    assert [answer(app, people, start) for start in AROUND] == [out, None, None, out]


def test_the_way_between_two_cities(app: Flask, people: Cast) -> None:
    assert answer(app, people, at(3, 9), region_code=COUNTY, place="文化馆") is None

    noon: dict[str, Any] = {
        "starts_at": at(3, 12),
        "region_code": OTHER_DISTRICT,
        "place": "文化馆",
    }
    # 60 minutes and 150, 180 are needed.
    for more in (noon, noon | {"starts_at": at(3, 13, 30)}):
        assert type(refusal(app, people, **more)) is WayTooLong
    assert answer(app, people, **noon | {"starts_at": at(3, 14)}) is None  # just 180


@pytest.mark.parametrize(
    ("more", "accepted"),
    [
        ({"format": Format.ONLINE, "region_code": OTHER_DISTRICT}, True),
        ({"region_code": COUNTY, "place": " 文化馆 "}, True),
        ({"region_code": COUNTY, "place": "学校"}, False),
        ({"region_code": DISTRICT, "place": "文化馆"}, False),
    ],
)
def test_what_may_follow_without_a_pause(
    app: Flask, people: Cast, more: dict[str, Any], accepted: bool
) -> None:
    assert answer(app, people, at(3, 9), region_code=COUNTY, place="文化馆") is None

    refused = refusal(app, people, at(3, 11), **more)
    assert type(refused) is (type(None) if accepted else WayTooLong)


def test_nothing_travels_after_a_lecture_online(app: Flask, people: Cast) -> None:
    assert answer(app, people, at(3, 9), format=Format.ONLINE) is None
    assert answer(app, people, at(3, 11), region_code=OTHER_DISTRICT) is None


def test_a_buffer_is_no_journey(app: Flask, people: Cast) -> None:
    rules = RuleSet(BookingRules(buffer_minutes=30))
    change(app, lambda session: availability.set_rules(
        session, instructor_id=people.chen.id, rules=rules, now=NOW))  # fmt: skip

    assert answer(app, people, at(3, 9)) is None
    assert answer(app, people, at(3, 11)) == REASONS[WhyNot.BUFFER]
    assert answer(app, people, at(3, 11, 30)) is None


@pytest.mark.parametrize(
    ("caps", "reason", "full", "free"),
    [
        (Caps(day=1), WhyNot.DAY_FULL, at(7, 14), at(8, 9)),
        (Caps(week=1), WhyNot.WEEK_FULL, at(11, 9), at(14, 9)),  # 4 December, Friday; Monday
        (Caps(month=1), WhyNot.MONTH_FULL, at(3, 9), at(8, 9)),  # 30 November; 1 December
        (Caps(year=1), WhyNot.YEAR_FULL, at(38, 9), at(39, 9)),  # New Year's Eve
        (Caps(branch_quarter=1), WhyNot.BRANCH_QUARTER_FULL, at(38, 9), at(42, 9)),
    ],
)
def test_caps(
    app: Flask, people: Cast, caps: Caps, reason: WhyNot, full: datetime, free: datetime
) -> None:
    with app.app_context(), unit_of_work() as session:
        factories.open_hours(session, people.chen.id, weekdays=range(7))
    rules = RuleSet(holidays=HolidayPolicy(closed_on_holidays=False), caps=caps)
    change(app, lambda session: availability.set_rules(
        session, instructor_id=people.chen.id, rules=rules, now=NOW))  # fmt: skip

    assert answer(app, people, at(7, 9)) is None  # Monday, 30 November
    assert [answer(app, people, start) for start in (full, free)] == [REASONS[reason], None]


def test_the_quota_is_that_of_one_branch(app: Flask, people: Cast) -> None:
    set_caps(app, people, Caps(branch_quarter=1))

    assert answer(app, people, at(3, 9)) is None
    assert answer(app, people, at(4, 9)) == REASONS[WhyNot.BRANCH_QUARTER_FULL]
    assert answer(app, people, at(4, 9), organisation_id=people.zhao.id) is None


def test_a_declined_lecture_counts_no_more(app: Flask, people: Cast) -> None:
    set_caps(app, people, Caps(day=1))
    number = factories.requested(app, people, at(3, 9))

    assert answer(app, people, at(3, 14)) == REASONS[WhyNot.DAY_FULL]
    change(app, lambda session: factories.move(
        session, number, Command.DECLINE, Party.INSTRUCTOR))  # fmt: skip
    assert answer(app, people, at(3, 14)) is None


def test_a_hold_keeps_place_and_branch(app: Flask, people: Cast) -> None:
    factories.requested(app, people, at(3, 9), place=" 文化馆 ")
    factories.requested(app, people, at(4, 9), format=Format.ONLINE)

    with app.app_context():
        kept = [(one.region_code, one.place, one.organisation_id)
                for one in db.session.query(Hold).order_by(Hold.starts_at)]  # fmt: skip
    assert kept == [(COUNTY, "文化馆", people.li.id), (None, "岫云县文化馆二楼", people.li.id)]


def test_a_lecture_may_end_after_midnight(app: Flask, people: Cast) -> None:
    """What a page of many days offers is what the check of one day accepts."""
    week = {n: [(0, 150), (22 * 60 + 30, 1440)] for n in range(7)}
    change(app, lambda session: availability.set_week(
        session, instructor_id=people.chen.id, week=week))  # fmt: skip
    rules = RuleSet(BookingRules(step_minutes=60))
    change(app, lambda session: availability.set_rules(
        session, instructor_id=people.chen.id, rules=rules, now=NOW))  # fmt: skip

    def on_offer(first: date, last: date) -> list[datetime]:
        with app.app_context():
            found = bookable_slots(
                db.session(), [people.chen.id],
                slot_request=SlotRequest(120, Place(COUNTY, "岫云县文化馆二楼")),
                first=first, last=last, now=NOW, zone=ZONE,
            )  # fmt: skip
        return [start for start, _end in found[people.chen.id]]

    friday = day(at(4, 0))
    expected = [at(4, 0), at(4, 22, 30), at(4, 23, 30)]
    assert on_offer(friday, friday) == expected
    whole = on_offer(friday - timedelta(days=3), friday + timedelta(days=3))
    assert [start for start in whole if day(start) == friday] == expected
    assert answer(app, people, at(4, 23, 30)) is None
    assert answer(app, people, at(5, 0)) == AlreadyYours.sentence
    assert at(4, 23, 30).tzinfo is UTC
