"""Give and withdraw consents. Both are recorded, and take effect with the next response."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, lazyload

from booking import audit
from booking.accounts.engine.roles import Actor
from booking.accounts.models import User
from booking.contacts.consents.engine.questions import TEXT_VERSION, Question
from booking.contacts.engine.owners import Owner
from booking.contacts.models import Consent, ConsentAnswer
from booking.errors import NotFound
from booking.instructors.models import Instructor
from booking.visibility.engine.readers import Purpose


def give(
    session: Session, *, actor: Actor, owner: Owner, question: Question, now: datetime
) -> bool:
    """Agree to one purpose; False if that was agreed to already. Only the person can.

    Raises `NotFound` (404) for somebody else, whoever asks: a consent is given by no other.
    """
    person = _locked(session, actor, owner)
    if session.scalar(_in_force(owner, question)) is not None:
        return False
    session.add(
        Consent(
            instructor_id=owner.instructor_id,
            user_id=owner.user_id,
            purpose=question.purpose,
            channel=question.channel,
            text_version=TEXT_VERSION,
            given_at=now,
            given_by_id=actor.user_id,
        )
    )
    _follow(person, question, True)
    _record(session, audit.Action.CONSENT_GIVEN, person, question)
    session.flush()
    return True


def withdraw(
    session: Session, *, actor: Actor, owner: Owner, question: Question, now: datetime
) -> bool:
    """Take a consent back; False if there is none. Raises `NotFound` (404) as `give` does."""
    person = _locked(session, actor, owner)
    rows = session.scalars(_in_force(owner, question)).all()
    for row in rows:
        row.withdrawn_at = now
    if rows:
        _follow(person, question, False)
        _record(session, audit.Action.CONSENT_WITHDRAWN, person, question)
        session.flush()
    return bool(rows)


def note_answered(session: Session, *, user_id: int, now: datetime) -> None:
    """Remember that an account answered or skipped the question, so that it is asked once."""
    session.scalar(select(User.id).where(User.id == user_id).with_for_update())
    if session.get(ConsentAnswer, (user_id, TEXT_VERSION)) is None:
        session.add(ConsentAnswer(user_id=user_id, text_version=TEXT_VERSION, answered_at=now))
        session.flush()


def _locked(session: Session, actor: Actor, owner: Owner) -> Instructor | User:
    """The person, locked, so that two clicks at once leave one consent."""
    if not is_own(actor, owner):
        raise NotFound()
    found: Instructor | User | None
    if owner.instructor_id is not None:
        query = select(Instructor).where(Instructor.id == owner.instructor_id)
        query = query.options(lazyload(Instructor.region)).with_for_update()
        found = session.scalar(query.execution_options(populate_existing=True))
    else:
        found = session.scalar(
            select(User).where(User.id == owner.user_id).with_for_update(of=User)
        )
    if found is None:
        raise NotFound()
    return found


def is_own(actor: Actor, owner: Owner) -> bool:
    """Whether the consents of this person are the actor's own."""
    if owner.instructor_id is not None:
        return owner.instructor_id in actor.instructor_ids
    return owner.user_id is not None and owner.user_id == actor.user_id


def _in_force(owner: Owner, question: Question) -> Select[Consent]:
    channel: ColumnElement[bool] = (
        Consent.channel.is_(None)
        if question.channel is None
        else Consent.channel == question.channel
    )
    return select(Consent).where(
        Consent.instructor_id == owner.instructor_id
        if owner.instructor_id is not None
        else Consent.user_id == owner.user_id,
        Consent.purpose == question.purpose,
        channel,
        Consent.withdrawn_at.is_(None),
    )


def _follow(person: Instructor | User, question: Question, agreed: bool) -> None:
    """Searches look at a column of the entry, which follows the consent."""
    if question.purpose is Purpose.ENTRY and isinstance(person, Instructor):
        person.public = agreed


def _record(
    session: Session, action: audit.Action, person: Instructor | User, question: Question
) -> None:
    kind = (
        audit.SubjectKind.INSTRUCTOR if isinstance(person, Instructor) else audit.SubjectKind.USER
    )
    region = person.region_code if isinstance(person, Instructor) else None
    detail = {"purpose": question.purpose.value, "text_version": TEXT_VERSION}
    if question.channel is not None:
        detail["channel"] = question.channel.value
    about = audit.About(kind, person.id, person.name)
    audit.record(session, action, about=about, region_code=region, detail=detail)
