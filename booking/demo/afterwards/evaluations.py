"""Evaluations by branches and listeners; some wait, and some codes are open."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.evaluations import service
from booking.evaluations.engine import policy
from booking.evaluations.engine.scales import EvaluationDimension
from booking.evaluations.queries import newest_set
from booking.evaluations.service import Answers
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.service import open_link

MOST, MOST_HALLS = 400, 40
"""Lectures that branches evaluated at most, and halls that answered."""

EVALUATED = 0.7
TEXTS = (
    "案例贴近实际，听得懂。",
    "希望多留一些提问时间。",
    "讲义很实用，已在部门内传阅。",
    "音响效果不好，后排听不清。",
    "内容偏理论，建议结合本地情况。",
    "讲得生动，大家听得认真。",
)


def add(session: Session, rng: random.Random, instructor_id: int, *, now: datetime) -> None:
    """Evaluate lectures of the past; one instructor lets the public page tell of it."""
    asked = newest_set(session).id
    over = _over(session, now)
    for lecture in over:
        if lecture.ends_at <= policy.counted_before(now) and rng.random() < EVALUATED:
            at = lecture.ends_at + timedelta(days=1)
            given = _answers(rng, asked)
            service.give(session, number=lecture.number, answers=given, user_id=None, now=at)
    for lecture in over[:MOST_HALLS:2]:
        _hall(session, rng, lecture, asked)
    service.consent(session, instructor_id=instructor_id, given=True, now=now)


def _over(session: Session, now: datetime) -> Sequence[Lecture]:
    """Lectures that took place, the latest first."""
    query = select(Lecture).where(Lecture.state == State.DELIVERED, Lecture.ends_at <= now)
    return session.scalars(query.order_by(Lecture.ends_at.desc(), Lecture.id).limit(MOST)).all()


def _hall(session: Session, rng: random.Random, lecture: Lecture, asked: int) -> None:
    at, until = lecture.ends_at, lecture.ends_at + policy.LISTENERS_WITHIN
    link = open_link(session, lecture.id, LinkPurpose.EVALUATION, closes_at=until, now=at)
    for place in range(rng.randrange(3, 30)):
        service.answer(
            session,
            link=link,
            device_key=sha256(f"{link.id} {place}".encode()).hexdigest(),
            answers=_answers(rng, asked),
            now=at,
        )


def _answers(rng: random.Random, asked: int) -> Answers:
    scores = {
        one.value: rng.choices((5, 4, 3, 2), weights=(45, 35, 15, 5))[0]
        for one in EvaluationDimension
    }
    text = rng.choice(TEXTS) if rng.random() < 0.2 else ""
    return Answers(asked, scores, again=min(scores.values()) > 2, text=text)
