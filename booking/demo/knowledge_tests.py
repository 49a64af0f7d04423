"""A bank of questions and a lecture with a finished test, through the services."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import SYSTEM
from booking.instructors import editable_entry
from booking.knowledge_tests import service
from booking.knowledge_tests.bank import service as banks
from booking.knowledge_tests.engine.questions import QuestionFacts, QuestionKind
from booking.knowledge_tests.models import KnowledgeTest
from booking.knowledge_tests.queries import on_offer
from booking.lectures.engine.transitions import PUBLISHED
from booking.lectures.models import Lecture
from booking.listener_links import service as links
from booking.listener_links.engine.purposes import LinkPurpose

_ONE, _SEVERAL = QuestionKind.SINGLE, QuestionKind.MULTIPLE
QUESTIONS = (
    QuestionFacts(
        _ONE,
        "开展本项工作时，首先应当做什么？",
        ("了解情况和对象", "直接布置任务", "等待上级通知"),
        1,
        "情况清楚，措施才有针对性。",
    ),
    QuestionFacts(
        _SEVERAL,
        "下列哪些做法有助于巩固学习成果？",
        ("结合岗位制定改进措施", "只作记录，不再过问", "一个月后回头检查", "交流心得"),
        13,
        "学习成果要在工作中检验。",
    ),
    QuestionFacts(
        _ONE,
        "遇到群众不理解时，较为妥当的做法是？",
        ("反复强调规定", "耐心说明理由并听取意见", "暂时回避"),
        2,
        "先听后说，讲清道理。",
    ),
    QuestionFacts(
        _ONE,
        "工作资料应当如何保存？",
        ("按规定归档", "个人保管", "用后丢弃"),
        1,
    ),
    QuestionFacts(
        _ONE,
        "本专题的重点是哪一方面？",
        ("理论与实际相结合", "背诵概念", "统一格式"),
        1,
    ),
)
LISTENERS, KNOWN_BEFORE, KNOWN_AFTER = 24, 0.45, 0.85


def add(session: Session, *, instructor_id: int, rng: random.Random, now: datetime) -> None:
    """Two banks of an instructor, a finished test, and a prepared one for a lecture to come."""
    taught = select(Lecture).where(
        Lecture.instructor_id == instructor_id,
        Lecture.state.in_(PUBLISHED),
        Lecture.topic_id.is_not(None),
    )
    past = taught.where(Lecture.ends_at < now - timedelta(days=3)).order_by(
        Lecture.ends_at.desc(), Lecture.id
    )
    coming = taught.where(Lecture.starts_at > now).order_by(Lecture.starts_at, Lecture.id)
    lectures = [session.scalars(one.limit(1)).first() for one in (past, coming)]
    for lecture, is_over in zip(lectures, (True, False), strict=True):
        if lecture is not None:
            _prepare(session, lecture)
            if is_over:
                _answered(session, lecture, rng, now)


def _prepare(session: Session, lecture: Lecture) -> None:
    topic_id = lecture.topic_id
    if topic_id is not None and not on_offer(session, topic_id):
        entry = editable_entry.editable(
            session,
            instructor_id=lecture.instructor_id,
            actor=SYSTEM,
            permission="entry.edit",
        )
        banks.add(session, entry, topic_id, QUESTIONS)
    ids = [one.id for one in on_offer(session, topic_id)]
    service.prepare(session, lecture.number, ids)


def _answered(session: Session, lecture: Lecture, rng: random.Random, now: datetime) -> None:
    for purpose, known, at in (
        (LinkPurpose.TEST_BEFORE, KNOWN_BEFORE, lecture.starts_at),
        (LinkPurpose.TEST_AFTER, KNOWN_AFTER, lecture.ends_at),
    ):
        until = at + timedelta(hours=2)
        link = links.open_link(session, lecture.id, purpose, closes_at=until, now=at)
        test = session.scalars(
            select(KnowledgeTest).where(KnowledgeTest.lecture_id == lecture.id)
        ).one()
        asked = [(one.question_id, one.question.right) for one in test.asked]
        for place in range(LISTENERS):
            device = service.Device(f"{place:064x}", f"{place:064x}")
            ticked = {key: right for key, right in asked if rng.random() < known}
            service.answer(session, link, device, ticked, none_known=True, now=at)
        links.close_link(session, link, min(until, now))
