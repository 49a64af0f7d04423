"""Who else could: the same topic or field, free at exactly that time, the nearest first."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from booking.accounts.engine.roles import SYSTEM
from booking.availability import service as availability
from booking.availability.engine.hours import OverrideKind
from booking.db import db, unit_of_work
from booking.directory.engine.match_query import MatchQuery
from booking.directory.matching import instructor_facts
from booking.instructors import service as instructors
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.lectures.proposals.candidates import MOST, candidates
from tests import factories
from tests.counting import QueryCount
from tests.factories import COUNTY, DISTRICT, NOW, OTHER_CITY, OTHER_DISTRICT, ZONE, Cast, at
from tests.proposals import proposing

OLD = at(3, 9)


def found(app: Flask, number: str, *, urgent: bool = True, now: datetime = NOW) -> list[str]:
    """The names of the candidates for a lecture."""
    with app.app_context():
        lecture = proposing.found(number)
        some = candidates(db.session(), lecture, urgent=urgent, now=now, zone=ZONE)
        return [one.instructor.name for one in some]


def add(
    app: Flask,
    name: str,
    *,
    region: str,
    serves: tuple[str, ...] = (),
    title: str = "家庭急救常识（120分钟）",
) -> int:
    """An instructor with one topic and open hours."""
    facts = InstructorFacts(
        name=name,
        workplace="医院（虚构）",
        region_code=region,
        serves=serves,
        topics=(TopicFacts(title=title, minutes=120),),
    )
    with app.app_context(), unit_of_work() as session:
        made = instructors.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW).id
        factories.open_hours(session, made)
        return made


def test_the_nearest_come_first_and_others_are_left_out(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)  # in COUNTY of CITY
    add(app, "远方客", region=OTHER_DISTRICT, serves=(OTHER_CITY, "990000"))
    add(app, "外市人", region=OTHER_DISTRICT)
    add(app, "同城人", region=DISTRICT)
    add(app, "本县人", region=COUNTY)
    add(app, "别的课", region=COUNTY, title="民法典")
    busy, away = add(app, "忙碌人", region=COUNTY), add(app, "休假人", region=COUNTY)
    with app.app_context(), unit_of_work() as session:
        topic = instructors.topic_ids(session, busy)[0]
        factories.request(session, people, OLD, instructor_id=busy, topic_id=topic)
        day = OLD.astimezone(ZONE).date()
        availability.add_override(
            session, instructor_id=away, kind=OverrideKind.CLOSED, first=day, last=day
        )

    assert found(app, number) == ["本县人", "同城人", "远方客"]


def test_at_most_eight_in_a_constant_number_of_queries(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    number = factories.confirmed(app, people)
    counts = []
    for names in ("甲", "乙丙丁戊己庚辛壬癸子"):
        for name in names:
            add(app, f"何{name}", region=COUNTY)
        with app.app_context():
            lecture = proposing.found(number)
            with queries() as seen:
                some = candidates(db.session(), lecture, urgent=True, now=NOW, zone=ZONE)
            counts.append((len(some), len(seen)))
    assert counts == [(1, counts[0][1]), (MOST, counts[0][1])]


def test_lead_time_holds_where_it_would_be_a_new_booking(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    add(app, "本县人", region=COUNTY)
    soon = at(2, 9)

    assert found(app, number, now=soon) == ["本县人"]
    assert found(app, number, now=soon, urgent=False) == []
    assert found(app, number, now=OLD) == []


def test_proposed_times_do_not_count_as_load(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    he = add(app, "本县人", region=COUNTY)
    proposing.propose(app, number, [at(8, 9), at(9, 9)])
    other = factories.confirmed(app, people, at(4, 9))
    proposing.replace(app, other, he)
    ids = [people.chen.id, he]
    query = MatchQuery(first=OLD.date(), last=OLD.date(), organisation_id=people.zhao.id)

    with app.app_context():
        counts, _recent = instructor_facts.loads(db.session(), query, ids, NOW)

    assert counts == {people.chen.id: 2}
