"""Reads: banks, tests, the change of a group, and the own result of a device."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.queries import lies_under
from booking.errors import NotFound
from booking.instructors.models import Instructor, Topic
from booking.knowledge_tests.engine.groups import GroupChange, QuestionChange, is_shown
from booking.knowledge_tests.models import AskedQuestion, BankQuestion, GivenAnswer, KnowledgeTest
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.models import ListenerLink
from booking.listener_links.queries import is_open

PURPOSES = (LinkPurpose.TEST_BEFORE, LinkPurpose.TEST_AFTER)


@dataclass(frozen=True, slots=True)
class Bank:
    """A topic that has a bank, with the number of questions on offer."""

    instructor: Instructor
    topic: Topic
    questions: int


def topic_of(session: Session, instructor_id: int, topic_id: int) -> Topic:
    """A topic of an instructor; raises `NotFound`."""
    topic = session.get(Topic, topic_id)
    if topic is None or topic.instructor_id != instructor_id:
        raise NotFound()
    return topic


def bank(session: Session, topic_id: int) -> Sequence[BankQuestion]:
    """All questions of a topic but replaced ones: those on offer, then retired ones."""
    query = (
        select(BankQuestion)
        .where(BankQuestion.topic_id == topic_id, ~BankQuestion.replaced)
        .order_by(BankQuestion.retired_at.is_not(None), BankQuestion.position, BankQuestion.id)
    )
    return session.scalars(query).all()


def on_offer(session: Session, topic_id: int | None) -> Sequence[BankQuestion]:
    """The questions that a test can ask."""
    found = () if topic_id is None else bank(session, topic_id)
    return [one for one in found if one.retired_at is None]


def banks(session: Session, actor: Actor) -> Sequence[Bank]:
    """The banks that a coordinator keeps, by the name of the instructor and the topic."""
    counted = (
        select(BankQuestion.topic_id, func.count(BankQuestion.id).label("number"))
        .where(BankQuestion.retired_at.is_(None))
        .group_by(BankQuestion.topic_id)
        .subquery()
    )
    query = (
        select(Instructor, Topic, counted.c.number)
        .join(Topic, Topic.instructor_id == Instructor.id)
        .join(counted, counted.c.topic_id == Topic.id)
        .where(_coordinated(actor))
        .order_by(Instructor.name, Instructor.id, Topic.id)
    )
    return [Bank(*row) for row in session.execute(query)]


def _coordinated(actor: Actor) -> ColumnElement[bool]:
    if actor.has(Role.ADMIN):
        return true()
    under = (lies_under(Instructor.region_code, code) for code in sorted(actor.scopes))
    return or_(false(), *under)


def test_of(session: Session, lecture_id: int) -> KnowledgeTest | None:
    """The test of a lecture with its questions."""
    return session.scalars(_tests([lecture_id])).one_or_none()


def links_of(session: Session, lecture_ids: Collection[int]) -> Sequence[ListenerLink]:
    """The links of tests of these lectures."""
    query = select(ListenerLink).where(
        ListenerLink.lecture_id.in_(lecture_ids), ListenerLink.purpose.in_(PURPOSES)
    )
    return session.scalars(query.order_by(ListenerLink.id)).all()


def change_of_group(session: Session, lecture_id: int, now: datetime) -> GroupChange | None:
    """The change of a lecture's group; None without a test, or while it must not be shown."""
    return changes_of_groups(session, [lecture_id], now).get(lecture_id)


def changes_of_groups(
    session: Session, lecture_ids: Collection[int], now: datetime
) -> Mapping[int, GroupChange]:
    """The changes that are shown, by the id of the lecture; three queries for any number."""
    tests = session.scalars(_tests(lecture_ids)).all()
    open_ones = {link.lecture_id for link in links_of(session, lecture_ids) if is_open(link, now)}
    return {
        test.lecture_id: change_in(test)
        for test in tests
        if is_shown(test.before_count, test.after_count, taken=test.lecture_id in open_ones)
    }


def change_in(test: KnowledgeTest) -> GroupChange:
    """The numbers of a test; `is_shown` says whether anybody sees them."""
    return GroupChange(
        before=test.before_count,
        after=test.after_count,
        both=test.both_count,
        questions=tuple(
            QuestionChange(one.question_id, one.question.text, one.before_right, one.after_right)
            for one in test.asked
        ),
    )


def count(session: Session, link_id: int) -> int:
    """How many devices answered by a link; total that stays when answers are deleted."""
    link = session.get_one(ListenerLink, link_id)
    test = test_of(session, link.lecture_id)
    if test is None:
        return 0
    return test.before_count if link.purpose is LinkPurpose.TEST_BEFORE else test.after_count


def answer_of(session: Session, link_id: int, device_key: str) -> GivenAnswer | None:
    """What a device answered by a link."""
    query = select(GivenAnswer).where(
        GivenAnswer.link_id == link_id, GivenAnswer.device_key == device_key
    )
    return session.scalars(query).one_or_none()


def paired(
    session: Session, test_id: int, purpose: LinkPurpose, pair_key: str
) -> GivenAnswer | None:
    """What the device of a pair answered before, or after."""
    query = select(GivenAnswer).where(
        GivenAnswer.test_id == test_id,
        GivenAnswer.purpose == purpose,
        GivenAnswer.pair_key == pair_key,
    )
    return session.scalars(query).one_or_none()


def is_asked(session: Session, question_id: int) -> bool:
    """Whether any test has the question."""
    query = select(AskedQuestion.id).where(AskedQuestion.question_id == question_id).limit(1)
    return session.scalar(query) is not None


def _tests(lecture_ids: Collection[int]) -> Select[KnowledgeTest]:
    return (
        select(KnowledgeTest)
        .where(KnowledgeTest.lecture_id.in_(lecture_ids))
        .options(selectinload(KnowledgeTest.asked))
        .order_by(KnowledgeTest.id)
    )
