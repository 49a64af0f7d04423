"""Who can teach this, here, then: the same people, times and order as the obvious way finds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import SYSTEM
from booking.accounts.models import Organisation
from booking.availability import service as availability
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import BookingRules
from booking.availability.engine.rules import RuleSet
from booking.db import db, unit_of_work
from booking.directory.engine import shortlist
from booking.directory.engine.match_query import MatchQuery, Preferred
from booking.directory.engine.matching import WEIGHTS, Answer, MatchReason, Nearby
from booking.directory.matching import service as matching_service
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Audience, Format
from booking.instructors.models import Instructor, Topic
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.lectures import service as lectures
from booking.lectures.booking_requests import BookingRequest
from booking.lectures.engine.unbookable import NotBookable
from tests import factories
from tests.counting import QueryCount
from tests.directory import obvious_matching
from tests.extent import sample
from tests.factories import (
    CITY,
    COUNTY,
    DISTRICT,
    NOW,
    OTHER_CITY,
    OTHER_DISTRICT,
    ZONE,
    Cast,
)

TODAY = NOW.astimezone(ZONE).date()
REGIONS = [CITY, DISTRICT, COUNTY, OTHER_CITY, OTHER_DISTRICT, "990000"]
TITLES = ["家庭急救常识", "应急疏散", "ＡＩ与办公", "公文写作", "100%_安全", "急救与疏散"]
WORDS = [
    "",
    "",
    "急救",
    "疏散 应急",
    "jiating",
    "AI",
    "%",
    "王",
    "第1",
    "公文 ，写作",
    "姓名不存在",
]


class _Undo(Exception):
    """Leaves a unit of work without a trace."""


@contextmanager
def undone() -> Iterator[Session]:
    """A unit of work whose changes are all taken back."""
    try:
        with unit_of_work() as session:
            yield session
            raise _Undo
    except _Undo:
        return


def ask(session: Session, match_query: MatchQuery, limit: int = 20) -> Answer:
    return matching_service.find(session, match_query, now=NOW, zone=ZONE, limit=limit)


def _fields(session: Session) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, parent in (("health", ""), ("cpr", "health"), ("writing", "")):
        field = instructors.add_field(session, code=code, name=code, parent_id=found.get(parent))
        found[code] = field.id
    return found


def _random_topics(rng: random.Random, fields: list[int]) -> tuple[TopicFacts, ...]:
    return tuple(
        TopicFacts(
            title,
            minutes=rng.choice([45, 90, 120]),
            field_id=rng.choice([None, *fields]),
            audiences=tuple(rng.sample([Audience.CADRES, Audience.VILLAGERS], rng.randrange(3))),
            formats=tuple(rng.sample([Format.LECTURE, Format.ONLINE], rng.randrange(3))),
        )
        for title in rng.sample(TITLES, rng.randrange(1, 4))
    )


def _random_person(session: Session, rng: random.Random, number: int, fields: list[int]) -> int:
    facts = InstructorFacts(
        name=f"{rng.choice('王李曾仇')}{rng.choice('明华')}",
        workplace=f"第{number}单位",
        region_code=rng.choice(REGIONS[1:5]),
        serves=tuple(rng.sample(REGIONS, rng.randrange(3))),
        field_ids=tuple(rng.sample(fields, rng.randrange(2))),
        topics=_random_topics(rng, fields),
    )
    one = instructors.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW)
    session.flush()
    one.listed = rng.random() < 0.9
    for topic in session.scalars(select(Topic).where(Topic.instructor_id == one.id)):
        topic.active = rng.random() < 0.9
        topic.valid_from = rng.choice([None, None, TODAY + timedelta(days=rng.randrange(12))])
        topic.valid_to = rng.choice([None, None, TODAY + timedelta(days=12 + rng.randrange(9))])
    weekdays = rng.sample(range(7), rng.randrange(1, 4))
    start = rng.randrange(7, 16)
    factories.open_hours(session, one.id, weekdays=weekdays, start=start, end=start + 4)
    rules = BookingRules(notice_days=rng.randrange(4), buffer_minutes=rng.choice([0, 30]))
    caps = Caps(day=rng.choice([None, 1]), branch_quarter=rng.choice([None, 1]))
    availability.set_rules(session, instructor_id=one.id, rules=RuleSet(rules, caps=caps), now=NOW)
    if rng.random() < 0.3:
        first = TODAY + timedelta(days=rng.randrange(-9, 20))
        last = first + timedelta(days=rng.randrange(15))
        availability.add_term(session, instructor_id=one.id, first=first, last=last)
    session.flush()
    return one.id


def _random_need(rng: random.Random, topics: list[int], organisations: list[int]) -> MatchQuery:
    first = TODAY + timedelta(days=rng.randrange(12))
    last = first + timedelta(days=rng.choice([0, 2, 9, 21]))
    some = sorted(rng.choices(range((last - first).days + 1), k=rng.choice([0, 0, 1, 3])))
    return MatchQuery(
        first,
        last,
        words=rng.choice(WORDS),
        topic_id=rng.choice([None, None, rng.choice(topics)]),
        field=rng.choice(["", "", "health", "cpr", "writing"]),
        region_code=rng.choice(["", *REGIONS]),
        audience=rng.choice([None, None, Audience.CADRES]),
        format=rng.choice([None, None, Format.LECTURE, Format.ONLINE]),
        minutes=rng.choice([None, None, 60, 90]),
        preferred=tuple(
            Preferred(
                rng.choice([first + timedelta(days=day)] * 3 + [None]),
                *rng.choice([(0, 1440), (0, 720), (540, 541)]),
            )
            for day in some
        ),
        organisation_id=rng.choice([None, *organisations]),
    )


def _book(session: Session, cast: Cast, answer: Answer, index: int, start: int = 0) -> None:
    """Ask for one of the times in an answer, as the link on the page does."""
    one, match_query = answer.matches[index], answer.match_query
    home = session.get_one(Instructor, one.instructor_id).region_code
    booking_request = BookingRequest(
        instructor_id=one.instructor_id,
        topic_id=one.topic_id,
        organisation_id=match_query.organisation_id or cast.li.id,
        starts_at=one.times[start][0],
        region_code=match_query.region_code or home,
        place="文化馆",
        format=Format.ONLINE if one.online else Format.LECTURE,
    )
    lectures.request_lecture(
        session, booking_request=booking_request, user_id=cast.li.user, now=NOW, zone=ZONE
    )


def _fill(session: Session, cast: Cast, rng: random.Random) -> tuple[list[int], list[int]]:
    """A random register with some lectures; the ids of topics and of branches."""
    fields = list(_fields(session).values())
    for number in range(14):
        _random_person(session, rng, number, fields)
    topics = list(session.scalars(select(Topic.id).where(Topic.active)))
    units = list(session.scalars(select(Organisation.id)))
    for unit in units * 3:
        match_query = MatchQuery(TODAY, TODAY + timedelta(days=30), organisation_id=unit)
        _book(
            session, cast, answer := ask(session, match_query), rng.randrange(len(answer.matches))
        )
    return topics, units


@pytest.mark.parametrize("seed", sample(range(4), part=4))
def test_matching_is_what_the_obvious_way_finds(
    app: Flask, people: Cast, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    answered = refused = 0
    with app.app_context(), undone() as session:
        topics, units = _fill(session, people, rng)
        for turn in range(60):
            # However few are looked up at first, the answer is the same.
            monkeypatch.setattr(shortlist, "BATCH", (1, 3, 60)[turn % 3])
            match_query = _random_need(rng, topics, units)
            limit = rng.choice([1, 3, 20])
            answer = ask(session, match_query, limit)
            rows, considered = obvious_matching.find(session, match_query, NOW)
            assert [
                obvious_matching.Row(
                    one.instructor_id, one.topic_id, one.online, frozenset(one.reasons), one.times
                )
                for one in answer.matches
            ] == rows[:limit], match_query
            assert answer.considered == considered, match_query
            sums = [sum(WEIGHTS[why] for why in one.reasons) for one in answer.matches]
            assert sums == sorted(sums, reverse=True)
            answered += bool(rows)
            refused += not rows
    assert answered > 15  # there was something to find,
    assert refused > 5  # and to miss


@pytest.mark.parametrize("seed", sample(range(2), part=2))
def test_every_time_in_an_answer_is_accepted(app: Flask, people: Cast, seed: int) -> None:
    rng, tried = random.Random(100 + seed), 0
    with app.app_context(), undone() as session:
        topics, units = _fill(session, people, rng)
        for _round in range(30):
            # Without a branch its quota is not looked at: then nothing is promised about it.
            match_query = replace(
                _random_need(rng, topics, units), organisation_id=rng.choice(units)
            )
            answer = ask(session, match_query)
            for index, match in enumerate(answer.matches):
                for start in range(len(match.times)):
                    with session.begin_nested() as savepoint:
                        try:
                            _book(session, people, answer, index, start)
                        except NotBookable as error:
                            pytest.fail(f"{match} at {start}: {error!r}")
                        savepoint.rollback()
                    tried += 1
    assert tried > 40


@pytest.mark.parametrize("seed", sample(range(2), part=2))
def test_what_is_nearest_has_an_answer(app: Flask, people: Cast, seed: int) -> None:
    rng = random.Random(200 + seed)
    kinds: set[Nearby] = set()
    with app.app_context(), undone() as session:
        topics, units = _fill(session, people, rng)
        for number in range(1_000):
            # The seldom kinds may take a while; a kind that never comes fails at the end.
            if number >= 120 and kinds == set(Nearby):
                break
            answer = ask(session, _random_need(rng, topics, units))
            assert not (answer.matches and answer.nearest)
            for one in answer.nearest:
                assert ask(session, one.match_query).matches, one
                # What is promised is the first time of anybody, whatever is preferred.
                changed = ask(session, replace(one.match_query, preferred=()))
                firsts = [match.times[0] for match in changed.matches]
                assert one.first_time == min(firsts), one
                kinds.add(one.kind)
    assert kinds == set(Nearby)


def _equal_people(session: Session, count: int, name: str) -> None:
    for number in range(count):
        one = factories.make_instructor(session, f"{name}{number}", workplace=f"第{number}单位")
        factories.open_hours(session, one)


@pytest.mark.parametrize("days", [(0, 21), (0, 0)], ids=["free", "nobody free"])
def test_queries_do_not_grow_with_people(
    app: Flask, people: Cast, queries: QueryCount, days: tuple[int, int]
) -> None:
    first, last = (TODAY + timedelta(days=day) for day in days)
    match_query = MatchQuery(
        first,
        last,
        words="急救",
        region_code=DISTRICT,
        organisation_id=people.li.id,
    )
    counts = []
    for name, added in (("甲", 2), ("乙", 27)):
        with app.app_context(), unit_of_work() as session:
            _equal_people(session, added, name)
        with app.app_context(), queries() as seen:
            answer = ask(db.session(), match_query)
        counts.append(len(seen))
        assert bool(answer.matches) == (days[1] > 0) == (not answer.nearest)
    assert counts[0] == counts[1] <= (6 if days[1] else 8)


def test_online_another_day_is_found_from_any_district(app: Flask, people: Cast) -> None:
    saturday = TODAY + timedelta(days=5)
    match_query = MatchQuery(saturday, saturday, region_code=COUNTY, format=Format.ONLINE)
    both = TopicFacts("公文写作", formats=(Format.LECTURE, Format.ONLINE))
    with app.app_context(), undone() as session:
        facts = InstructorFacts(
            name="曾华", workplace="远方", region_code=OTHER_DISTRICT, topics=(both,)
        )
        one = instructors.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW)
        factories.open_hours(session, one.id)
        answer = ask(session, match_query)
        kinds = [near.kind for near in answer.nearest]
        assert kinds == [Nearby.ANOTHER_DAY, Nearby.EARLIER_DAY]
        for near in answer.nearest:
            found = ask(session, near.match_query).matches
            assert [match.instructor_id for match in found] == [one.id]


def test_beyond_the_horizon_an_earlier_day_is_near(app: Flask, people: Cast) -> None:
    june = MatchQuery(date(2027, 6, 1), date(2027, 6, 5), words="急救", region_code=DISTRICT)
    with app.app_context():
        answer = ask(db.session(), june)
        [near] = answer.nearest
        # Ninety days ahead can be booked, until 2027-02-21. Before June the stretches of 7, 14, 28
        # and 56 days go back to 2027-02-16, which is a Tuesday.
        assert near.kind is Nearby.EARLIER_DAY
        assert (near.match_query.first, near.match_query.last) == (
            date(2027, 2, 16),
            date(2027, 2, 16),
        )
        assert near.first_time == ask(db.session(), near.match_query).matches[0].times[0]


def _only_there(session: Session, name: str, topic: TopicFacts, *, weekday: int) -> int:
    facts = InstructorFacts(
        name=name,
        workplace="远方",
        region_code=OTHER_DISTRICT,
        serves=(OTHER_DISTRICT,),
        topics=(topic,),
    )
    one = instructors.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW)
    factories.open_hours(session, one.id, weekdays=[weekday])
    return one.id


def test_two_changes_are_combined_where_one_does_not_help(app: Flask, people: Cast) -> None:
    saturday = TODAY + timedelta(days=5)
    both = TopicFacts("古籍修复", formats=(Format.LECTURE, Format.ONLINE))
    match_query = MatchQuery(
        saturday, saturday, words="古籍", region_code=COUNTY, format=Format.LECTURE
    )
    with app.app_context(), undone() as session:
        one = _only_there(session, "曾华", both, weekday=2)
        answer = ask(session, match_query)
        wednesday = saturday + timedelta(days=4)
        assert [(near.kind, near.match_query) for near in answer.nearest] == [
            (
                Nearby.NEIGHBOUR_ANOTHER_DAY,
                replace(match_query, region_code=OTHER_DISTRICT, first=wednesday, last=wednesday),
            ),
            (
                Nearby.ONLINE_ANOTHER_DAY,
                replace(match_query, format=Format.ONLINE, first=wednesday, last=wednesday),
            ),
        ]
        for near in answer.nearest:
            [match] = ask(session, near.match_query).matches
            assert (match.instructor_id, match.times[0]) == (one, near.first_time)
        # Where one change helps, nothing else is changed.
        here = replace(match_query, first=wednesday, last=wednesday)
        assert {near.kind for near in ask(session, here).nearest} == {
            Nearby.NEIGHBOUR,
            Nearby.ONLINE,
        }


def test_mornings_without_a_day_are_preferred_on_every_day(app: Flask, people: Cast) -> None:
    morning = Preferred(None, 0, 720, "morning")
    match_query = MatchQuery(TODAY, TODAY + timedelta(days=21), words="陈明", preferred=(morning,))
    with app.app_context():
        [match] = ask(db.session(), match_query).matches
    starts = [start.astimezone(ZONE) for start, _end in match.times]
    assert [start.hour for start in starts] == [8, 8, 8]
    assert [(start.date() - TODAY).days for start in starts] == [3, 4, 7]
    assert match.reasons == (MatchReason.PREFERRED_TIME, MatchReason.PERSON)


def test_a_full_list_says_that_it_is_cut(app: Flask, people: Cast) -> None:
    match_query = MatchQuery(TODAY, TODAY + timedelta(days=21), words="急救")
    with app.app_context():
        cut = {limit: ask(db.session(), match_query, limit).cut for limit in (1, 2, 3)}
    assert cut == {1: True, 2: False, 3: False}


def test_words_found_in_the_person_are_told_apart(app: Flask, people: Cast) -> None:
    found = {}
    with app.app_context():
        for words in ("陈明", "chen", "汀兰大学", "大学 陈", "急救", "大学 急救"):
            match_query = MatchQuery(TODAY, TODAY + timedelta(days=21), words=words)
            reasons = [one.reasons for one in ask(db.session(), match_query, 1).matches]
            found[words] = reasons[0][0]
    person = dict.fromkeys(("陈明", "chen", "汀兰大学", "大学 陈"), MatchReason.PERSON)
    assert found == person | {"急救": MatchReason.TOPIC_TITLE, "大学 急救": MatchReason.TOPIC_WORDS}


def test_a_word_is_compared_with_titles_as_it_is_read(app: Flask, people: Cast) -> None:
    topics = TopicFacts(title="公文写作"), TopicFacts(title="第１课：应急疏散")
    facts = InstructorFacts(
        name="孙丽", workplace="远方", region_code=OTHER_DISTRICT, topics=topics
    )
    with app.app_context(), unit_of_work() as session:
        one = instructors.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW)
        factories.open_hours(session, one.id)
    with app.app_context():
        match_query = MatchQuery(TODAY, TODAY + timedelta(days=21), words="第1课")
        [found] = ask(db.session(), match_query).matches
    assert (found.topic_title, found.reasons[0]) == (topics[1].title, MatchReason.TOPIC_TITLE)
