"""Two entries of one instructor become one: the banks of their topics and the tests are kept."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from booking.db import db, unit_of_work
from booking.instructors.models import Topic
from booking.knowledge_tests import queries, service
from booking.knowledge_tests.bank import service as bank
from booking.knowledge_tests.engine.questions import QuestionFacts, QuestionKind
from booking.listener_links.engine.purposes import LinkPurpose
from tests import factories
from tests.browser import Client
from tests.entries.test_merging import book, merge, references, twin
from tests.factories import CHEN, NOW, Cast
from tests.knowledge_tests.made import FACTS, fill, lecture_id, opened
from tests.knowledge_tests.test_answers import ticks

OTHERS = tuple(
    QuestionFacts(QuestionKind.SINGLE, f"另一题{number}", ("甲", "乙"), 1) for number in range(3)
)


def topics(app: Flask, instructor_id: int) -> list[int]:
    """The ids of the topics of an entry."""
    with app.app_context():
        query = select(Topic.id).where(Topic.instructor_id == instructor_id).order_by(Topic.id)
        return list(db.session().scalars(query))


def filled(app: Flask, instructor_id: int, topic_id: int) -> list[int]:
    """The ids of three questions, which Chen does not have."""
    with app.app_context(), unit_of_work() as session:
        bank.add(session, factories.editable(session, instructor_id), topic_id, OTHERS)
        return [one.id for one in queries.on_offer(session, topic_id)]


def texts(app: Flask, topic_id: int) -> list[str]:
    """What a topic has on offer, in its order."""
    with app.app_context():
        return [one.text for one in queries.on_offer(db.session(), topic_id)]


def test_banks_of_joined_topics_come_together(app: Flask, people: Cast) -> None:
    """The first topic is joined to one of the same title, the second comes along as it is."""
    fill(app, people)
    other = twin(app)
    joined, alone = topics(app, other)
    filled(app, other, joined)
    filled(app, other, alone)
    own, added = {one.text for one in FACTS}, {one.text for one in OTHERS}

    merge(app, people, other)

    assert set(texts(app, people.chen.topic)) == own | added
    assert set(texts(app, alone)) == added
    assert sum(references(app, "topic", joined).values()) == 0
    chen, page = Client(app).sign_in(CHEN), f"/entries/{people.chen.id}/topics"
    for topic_id, count in ((people.chen.topic, 6), (alone, 3)):
        shown = chen.get(f"{page}/{topic_id}/questions")
        assert shown.text.count('<ol type="A">') == count
    first = texts(app, people.chen.topic)
    with app.app_context():
        last = queries.on_offer(db.session(), people.chen.topic)[-1].id
    chen.post(f"{page}/{people.chen.topic}/questions/{last}/up")
    assert texts(app, people.chen.topic) == [*first[:4], first[5], first[4]]


def test_tests_of_both_are_asked_and_counted_on(app: Flask, people: Cast) -> None:
    mine, other = fill(app, people), twin(app)
    theirs = filled(app, other, topics(app, other)[0])
    numbers = {
        book(app, people, people.chen.id, 3, 9): mine,
        book(app, people, other, 4, 9): theirs,
    }
    tokens = {}
    for number, ids in numbers.items():
        with app.app_context(), unit_of_work() as session:
            service.prepare(session, number, ids)
        tokens[number] = opened(app, number, LinkPurpose.TEST_BEFORE, NOW)
        answer = Client(app).post(f"/test/{tokens[number]}", ticks(app, number, "0", "0", ""))
        assert answer.status_code == 303

    merge(app, people, other)

    for number, ids in numbers.items():
        answer = Client(app).post(f"/test/{tokens[number]}", ticks(app, number, "0", "0", ""))
        assert answer.status_code == 303
        assert Client(app).sign_in(CHEN).get(f"/lectures/{number}/test").status_code == 200
        with app.app_context():
            test = queries.test_of(db.session(), lecture_id(number))
            assert test is not None
            assert [one.question_id for one in test.asked] == ids
            assert (test.before_count, test.asked[0].before_right) == (2, 2)
