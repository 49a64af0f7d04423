"""People of the demonstration in each state of consent: given, withdrawn, refused, never asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role, Standing
from booking.accounts.models import Membership
from booking.contacts.consents import service
from booking.contacts.consents.engine.questions import Question
from booking.contacts.engine.owners import Owner
from booking.instructors.engine.vocabulary import Channel
from booking.visibility.engine.readers import Purpose

_PHONE, _EMAIL, _ENTRY = Channel.PHONE, Channel.EMAIL, Question(Purpose.ENTRY, None)
_GIVEN: tuple[tuple[Question, ...], ...] = (
    (Question(Purpose.PUBLISH, _EMAIL), Question(Purpose.LECTURES, _PHONE), _ENTRY),
    (Question(Purpose.BRANCHES, _PHONE), Question(Purpose.LECTURES, _PHONE), _ENTRY),
    (Question(Purpose.LECTURES, _EMAIL),),
    (),
)
"""What the first people agreed to; the fourth answered no to everything, all others were never
asked."""

_WITHDRAWN = (Question(Purpose.PUBLISH, _PHONE), _ENTRY)
"""What the third person agreed to once, and took back."""


def add(session: Session, instructor_ids: Sequence[int], sign_in: int, *, now: datetime) -> None:
    """Give and withdraw consents; `sign_in` is the entry of the instructor's sign-in."""
    others = [one for one in instructor_ids if one != sign_in]
    asked = now - timedelta(days=20)
    for instructor_id, given in zip([*others[:1], sign_in, *others[1:3]], _GIVEN, strict=False):
        _answer(session, instructor_id, given, asked)
    if len(others) > 1:
        _answer(session, others[1], _WITHDRAWN, asked)
        actor, owner = _person(session, others[1])
        for question in _WITHDRAWN:
            service.withdraw(
                session, actor=actor, owner=owner, question=question, now=now - timedelta(days=2)
            )


def _answer(session: Session, instructor_id: int, given: Sequence[Question], now: datetime) -> None:
    actor, owner = _person(session, instructor_id)
    for question in given:
        service.give(session, actor=actor, owner=owner, question=question, now=now)
    query = select(Membership.user_id).where(Membership.instructor_id == instructor_id)
    for user_id in session.scalars(query):
        service.note_answered(session, user_id=user_id, now=now)


def _person(session: Session, instructor_id: int) -> tuple[Actor, Owner]:
    query = select(Membership.user_id).where(Membership.instructor_id == instructor_id)
    standing = Standing(Role.INSTRUCTOR, instructor_id=instructor_id)
    actor = Actor(session.scalars(query.order_by(Membership.id.desc())).first(), (standing,))
    return actor, Owner(instructor_id=instructor_id)
