"""Changes the bank of a topic. The caller owns the transaction and has locked the entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking import audit
from booking.availability.guards import record_change
from booking.errors import Conflict, Invalid, NotFound
from booking.instructors.editable_entry import EditableEntry
from booking.knowledge_tests import queries
from booking.knowledge_tests.engine.questions import QuestionFacts, mistake
from booking.knowledge_tests.models import AskedQuestion, BankQuestion, KnowledgeTest
from booking.lectures.models import Lecture
from booking.listener_links.models import ListenerLink
from booking.sentences import N_

MOST_QUESTIONS = 100
"""On offer and retired, of one topic."""


def add(
    session: Session, entry: EditableEntry, topic_id: int, questions: Sequence[QuestionFacts]
) -> None:
    """Add questions at the end; raises `Invalid` with the field, `Conflict` for a full bank."""
    topic = queries.topic_of(session, entry.id, topic_id)
    kept = queries.bank(session, topic.id)
    if len(kept) + len(questions) > MOST_QUESTIONS:
        raise Conflict(
            N_(
                "A topic has %(count)s questions at most. Change one that is there.",
                count=MOST_QUESTIONS,
            )
        )
    last = max((one.position for one in kept), default=0)
    for place, facts in enumerate(questions, start=last + 1):
        _refuse_mistake(facts)
        session.add(_question(topic.id, place, facts))
    session.flush()
    record_change(session, entry.id, audit.Action.TEST_BANK_CHANGED, topic=topic.title)


def change(
    session: Session,
    entry: EditableEntry,
    question: BankQuestion,
    facts: QuestionFacts,
    now: datetime,
) -> None:
    """Change a question; one that listeners were asked stays as it is, and is replaced.

    Tests that were never opened ask the new version. Raises `Invalid` with the field, `Conflict`
    for a version that was replaced already.
    """
    _refuse_mistake(facts)
    if question.replaced:
        raise Conflict()
    unopened, opened = _tests(session, question.id)
    if opened:
        newer = _question(question.topic_id, question.position, facts)
        newer.retired_at = question.retired_at
        session.add(newer)
        question.replaced, question.retired_at = True, now
        session.flush()
        session.execute(
            update(AskedQuestion)
            .where(AskedQuestion.question_id == question.id, AskedQuestion.test_id.in_(unopened))
            .values(question_id=newer.id)
        )
    else:
        _set(question, facts)
    session.flush()
    _record(session, entry, question)


def retire(
    session: Session, entry: EditableEntry, question: BankQuestion, now: datetime | None
) -> None:
    """No longer offer a question for new tests; with None offer it again."""
    if question.replaced:
        raise Conflict()
    question.retired_at = now
    session.flush()
    _record(session, entry, question)


def move(session: Session, entry: EditableEntry, question: BankQuestion, *, up: bool) -> None:
    """Let a question change places with its neighbour; the first one stays first."""
    offered = list(queries.on_offer(session, question.topic_id))
    if question not in offered:
        raise Conflict()
    place = offered.index(question)
    other = place - 1 if up else place + 1
    if 0 <= other < len(offered):
        offered[place], offered[other] = offered[other], offered[place]
    for number, one in enumerate(offered, start=1):
        one.position = number
    session.flush()
    _record(session, entry, question)


def question_of(session: Session, topic_id: int, question_id: int) -> BankQuestion:
    """A question of a topic; raises `NotFound`."""
    question = session.get(BankQuestion, question_id)
    if question is None or question.topic_id != topic_id:
        raise NotFound()
    return question


def _refuse_mistake(facts: QuestionFacts) -> None:
    wrong = mistake(facts)
    if wrong is not None:
        raise Invalid(wrong[1], wrong[0])


def _question(topic_id: int, position: int, facts: QuestionFacts) -> BankQuestion:
    question = BankQuestion(topic_id=topic_id, position=position, replaced=False)
    _set(question, facts)
    return question


def _set(question: BankQuestion, facts: QuestionFacts) -> None:
    question.kind, question.text, question.right = facts.kind, facts.text, facts.right
    question.choices, question.explanation = list(facts.choices), facts.explanation


def _tests(session: Session, question_id: int) -> tuple[list[int], list[int]]:
    """The ids of tests with the question: never opened ones, and others. Locks their lectures."""
    query = (
        select(Lecture.id, KnowledgeTest.id)
        .join(KnowledgeTest, KnowledgeTest.lecture_id == Lecture.id)
        .join(AskedQuestion, AskedQuestion.test_id == KnowledgeTest.id)
        .where(AskedQuestion.question_id == question_id)
        .order_by(Lecture.id)
        .with_for_update(of=Lecture)
    )
    found = {row[0]: row[1] for row in session.execute(query)}
    linked = select(ListenerLink.lecture_id).where(
        ListenerLink.lecture_id.in_(found), ListenerLink.purpose.in_(queries.PURPOSES)
    )
    opened = set(session.scalars(linked.order_by(ListenerLink.id)))
    return (
        [test for lecture, test in found.items() if lecture not in opened],
        [test for lecture, test in found.items() if lecture in opened],
    )


def _record(session: Session, entry: EditableEntry, question: BankQuestion) -> None:
    topic = queries.topic_of(session, entry.id, question.topic_id)
    record_change(session, entry.id, audit.Action.TEST_BANK_CHANGED, topic=topic.title)
