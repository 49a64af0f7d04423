"""Holds are read with their lecture, which may hold two times."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.availability import service as availability
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import BookingRules, SlotRequest, WhyNot
from booking.availability.engine.rules import RuleSet
from booking.availability.engine.travel import Place
from booking.db import db, unit_of_work
from booking.lectures.models import Hold, Lecture
from booking.lectures.schedules.queries import Schedules, schedules
from tests import factories
from tests.factories import COUNTY, NOW, ZONE, Cast, at

HALL = Place(COUNTY, "岫云县文化馆二楼")  # as in `factories.booking_request`


def _held_twice(session: Session, cast: Cast, number: str) -> int:
    """A second hold at 13 o'clock for a lecture; returns the lecture's id."""
    lecture = session.scalars(select(Lecture).where(Lecture.number == number)).one()
    session.add(
        Hold(
            instructor_id=cast.chen.id,
            lecture_id=lecture.id,
            starts_at=at(3, 13),
            ends_at=at(3, 15),
            region_code=HALL.region_code,
            place=HALL.name,
            organisation_id=lecture.organisation_id,
        )
    )
    return lecture.id


def _schedule(cast: Cast) -> Schedules:
    day = at(3, 9).astimezone(ZONE).date()
    return schedules(db.session(), [cast.chen.id], first=day, last=day, now=NOW, zone=ZONE)


def test_a_lecture_that_holds_two_times_blocks_others_and_counts_once(
    app: Flask, people: Cast
) -> None:
    number = factories.requested(app, people, at(3, 9))
    with app.app_context(), unit_of_work() as session:
        moved = _held_twice(session, people, number)
        rules = RuleSet(BookingRules(notice_days=0), caps=Caps(day=2))
        availability.set_rules(session, instructor_id=people.chen.id, rules=rules, now=NOW)
    chen = people.chen.id
    own, new = SlotRequest(120, HALL, lecture_id=moved), SlotRequest(120, HALL)
    with app.app_context():
        schedule = _schedule(people)
        assert [(hold.start, hold.lecture_id) for hold in schedule.taken[chen]] == [
            (at(3, 9), moved),
            (at(3, 13), moved),
        ]
        assert schedule.why_not(chen, new, at(3, 11)) is None
        assert schedule.why_not(chen, own, at(3, 9)) is None
        refused = schedule.why_not(chen, new, at(3, 9))
        assert refused is not None
        assert refused.why is WhyNot.TAKEN
        db.session.remove()

    factories.requested(app, people, at(3, 11))

    with app.app_context():
        schedule = _schedule(people)
        taken = schedule.taken[chen]
        assert len({hold.lecture_id for hold in taken}) == 2
        told = [schedule.why_not(chen, asked, at(3, 15)) for asked in (new, own)]
        assert [refused and refused.why for refused in told] == [WhyNot.DAY_FULL, None]
