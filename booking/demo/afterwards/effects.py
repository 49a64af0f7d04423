"""Questions what lectures have changed, most of them answered."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.follow_ups import queries, service
from booking.follow_ups.documents.engine.kinds import DocumentKind
from booking.follow_ups.documents.service import Upload
from booking.follow_ups.engine.due import FollowUpRules, FollowUpStage, questions
from booking.follow_ups.outcomes import queries as outcomes
from booking.follow_ups.outcomes.models import Outcome
from booking.follow_ups.service import Answer
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture

RULES = FollowUpRules({FollowUpStage.FIRST: 30, FollowUpStage.SECOND: 90}, 30)
PAST = timedelta(days=150)
MOST = 400
"""Lectures, the newest, about which is asked: more would take long and show no more."""

ANSWERED = 0.7
TEXTS = (
    "每层楼配备了急救箱，并张贴了使用说明。",
    "把讲座中的流程写进了支部的应急预案。",
    "组织了一次全员演练，发现并整改了三处隐患。",
    "值班人员重新分工，夜间也有人会操作。",
    "已列入下季度的培训计划。",
    "",
)
DOCUMENT = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def add(session: Session, rng: random.Random, *, now: datetime, zone: ZoneInfo) -> None:
    """Ask about the delivered lectures of the last months, and answer most of the questions."""
    query = select(Lecture).where(Lecture.state == State.DELIVERED, Lecture.ends_at > now - PAST)
    lectures = session.scalars(query.order_by(Lecture.ends_at.desc(), Lecture.id).limit(MOST)).all()
    offered = outcomes.choosable(session)
    for lecture in reversed(lectures):
        for question in questions(lecture.ends_at, RULES, zone):
            if question.due_at >= now:
                continue
            at = question.due_at + timedelta(minutes=5)
            service.ask(session, number=lecture.number, rules=RULES, now=at, zone=zone)
            answered_at = at + timedelta(days=rng.randrange(0, 12), minutes=rng.randrange(600))
            if rng.random() < ANSWERED and answered_at < now:
                _answer(session, rng, lecture, question.stage, offered, answered_at)
    session.flush()


def _answer(
    session: Session,
    rng: random.Random,
    lecture: Lecture,
    stage: FollowUpStage,
    offered: Sequence[Outcome],
    at: datetime,
) -> None:
    changed = [one.id for one in offered if not one.unchanged]
    nothing = [one.id for one in offered if one.unchanged]
    chosen = rng.sample(changed, rng.choice((1, 1, 2))) if rng.random() < 0.8 else nothing
    document = Upload("整改说明.pdf", DocumentKind.PDF, DOCUMENT) if rng.random() < 0.1 else None
    if queries.one(session, lecture.id, stage) is None:
        return
    text = rng.choice(TEXTS) if chosen != nothing else ""
    given = Answer(frozenset(chosen), text, None, "", at, document)
    service.answer(session, number=lecture.number, stage=stage, given=given)
