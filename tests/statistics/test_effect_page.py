"""The page of evaluation and effect: what it tells of enough answers, and what it hides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.db import unit_of_work
from booking.evaluations.models import BranchEvaluation, EvaluationSet
from booking.follow_ups.engine.due import FollowUpStage
from booking.follow_ups.models import FollowUp
from booking.follow_ups.outcomes.models import Outcome
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Field, Topic
from booking.knowledge_tests.engine.questions import QuestionKind
from booking.knowledge_tests.models import AskedQuestion, BankQuestion, KnowledgeTest
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from tests.factories import COUNTY, NOW, SUN, WANG, Cast
from tests.statistics.test_statistics_pages import numbers, opened

ADDRESS = "/statistics/effect?from=2026-01-01&to=2026-12-31"


@pytest.fixture
def answered(app: Flask, people: Cast) -> None:
    """Six lectures of one field with answers, one of another; a test of six before and after."""
    with app.app_context(), unit_of_work() as session:
        session.add_all(
            (Field(id=1, code="aid", name="急救"), Field(id=2, code="law", name="法律"))
        )
        session.flush()
        session.get_one(Topic, people.chen.topic).field_id = 1
        session.get_one(Topic, people.zhou.topic).field_id = 2
        for at in range(6):
            _held(session, people, people.chen.topic, at)
        _held(session, people, people.zhou.topic, 6)


def _held(session: Session, people: Cast, topic_id: int, number: int) -> None:
    starts = NOW - timedelta(days=90 - number)
    lecture = Lecture(
        uid=f"u{number}",
        number=f"L{number}",
        state=State.DELIVERED,
        instructor_id=session.get_one(Topic, topic_id).instructor_id,
        organisation_id=people.li.id,
        topic_id=topic_id,
        title="题目",
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        time_zone="Asia/Shanghai",
        region_code=COUNTY,
        place="会议室",
        format=Format.LECTURE,
        reply_due_at=starts,
        created_at=starts,
        changed_at=starts,
    )
    session.add(lecture)
    session.flush()
    newest = session.scalars(select(EvaluationSet).order_by(EvaluationSet.id.desc())).first()
    assert newest is not None
    scores = {"content": 5, "method": 3, "usefulness": 4 + number % 2}
    session.add(
        BranchEvaluation(
            lecture_id=lecture.id,
            set_id=newest.id,
            further={},
            again=number != 0,
            given_at=NOW,
            **scores,
        )
    )
    changed, unchanged = (
        session.scalars(select(Outcome).where(Outcome.unchanged.is_(one)).order_by(Outcome.id))
        for one in (False, True)
    )
    follow_up = FollowUp(
        lecture_id=lecture.id,
        stage=FollowUpStage.FIRST,
        days=30,
        asked_at=NOW,
        closes_at=NOW + timedelta(days=30),
        answered_at=NOW,
    )
    chosen = (unchanged if number == 0 else changed).first()
    assert chosen is not None
    follow_up.outcomes = [chosen]
    session.add(follow_up)
    if number == 1:
        _tested(session, lecture, topic_id)


def _tested(session: Session, lecture: Lecture, topic_id: int) -> None:
    question = BankQuestion(
        topic_id=topic_id,
        position=1,
        kind=QuestionKind.SINGLE,
        text="问",
        choices=["一", "二"],
        right=1,
        explanation="",
        replaced=False,
    )
    session.add(question)
    session.flush()
    test = KnowledgeTest(lecture_id=lecture.id, before_count=8, after_count=5, both_count=5)
    test.asked = [AskedQuestion(question_id=question.id, position=1, before_right=2, after_right=4)]
    session.add(test)


def test_by_field_with_few_answers_hidden(app: Flask, answered: None) -> None:
    page = opened(app, WANG, ADDRESS)
    five = ["5", "5.0", "3.0", "4.4", "80%"]
    evaluated = numbers(page, "evaluated")
    assert evaluated["急救"] == five
    assert evaluated["Total"] == five
    # The lecture of Zhou is one of another region's instructor: it is evaluated there.
    assert evaluated["法律"] == ["–"] * 5
    later = numbers(page, "later")
    # With the total beside it, the one answer of the other field would be found by a difference.
    assert later["急救"] == ["6", "6", *["&lt;5"] * 3]
    assert later["法律"] == ["1", "1", *["&lt;5"] * 3]
    assert later["Total"] == ["7", "7", "6", "1", "86%"]
    assert numbers(page, "tests")["急救"] == ["1", "25%", "80%", "55"]


def test_one_answer_alone_is_told_nowhere(app: Flask, answered: None) -> None:
    page = opened(app, WANG, f"{ADDRESS}&field=law")
    assert numbers(page, "later")["Total"] == ["1", "1", *["&lt;5"] * 3]
    assert "outcomes-map" in page
    assert page.count("&lt;5") == 6
    other = opened(app, SUN, ADDRESS)
    assert set(map(tuple, numbers(other, "evaluated").values())) == {
        ("&lt;5",) * 5,
        ("–",) * 5,
    }
    assert numbers(other, "later")["Total"][:2] == ["0", "0"]
