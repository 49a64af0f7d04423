"""Asks, reminds and takes answers. The caller owns the transaction; the lecture is locked first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from booking.errors import Invalid, NotFound
from booking.follow_ups import queries
from booking.follow_ups.documents import service as documents
from booking.follow_ups.documents.service import Upload
from booking.follow_ups.engine.due import (
    REMINDED_AFTER,
    FollowUpRules,
    FollowUpStage,
    due,
    ended_between,
    to_remind,
)
from booking.follow_ups.engine.events import FOLLOW_UP_ASKED, FollowUpAsked
from booking.follow_ups.errors import FollowUpClosed
from booking.follow_ups.models import LONGEST_ANSWER, FollowUp
from booking.follow_ups.outcomes import queries as outcome_queries
from booking.lectures import changes
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.outbox import service as outbox
from booking.sentences import N_
from booking.text import plain

AT_ONCE = 200
"""Lectures and reminders of one round of the worker."""

CHOOSE = N_("Choose what has changed, or that nothing has changed yet.")
NOTHING_ALONE = N_("“Nothing yet” goes with no other outcome. Choose either it or the others.")
TOO_LONG = N_("The text is too long: at most %(max)s characters.", max=LONGEST_ANSWER)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a branch answers, and who when."""

    outcome_ids: frozenset[int]
    text: str
    user_id: int | None
    user_name: str
    now: datetime
    document: Upload | None = None


def to_ask(session: Session, *, rules: FollowUpRules, now: datetime) -> Sequence[str]:
    """The numbers of delivered lectures about which a question may be due, oldest first."""
    spans = [(stage, ended_between(rules, days, now)) for stage, days in rules.asked()]
    if not spans:
        return []
    conditions = [
        (Lecture.ends_at >= first) & (Lecture.ends_at < last) & ~_known(stage)
        for stage, (first, last) in spans
    ]
    query = select(Lecture.number).where(Lecture.state == State.DELIVERED, or_(*conditions))
    return session.scalars(query.order_by(Lecture.ends_at, Lecture.id).limit(AT_ONCE)).all()


def ask(
    session: Session, *, number: str, rules: FollowUpRules, now: datetime, zone: ZoneInfo
) -> int:
    """Ask what is due about one lecture and record the mails; returns how many questions.

    The lecture is locked and looked at once more, so that two workers ask once.
    """
    lecture = changes.locked(session, number)
    if lecture.state is not State.DELIVERED:
        return 0
    known = {one.stage for one in queries.follow_ups_of(session, lecture.id)}
    found = due(lecture.ends_at, rules, known=known, now=now, zone=zone)
    for question in found:
        follow_up = FollowUp(
            lecture_id=lecture.id,
            stage=question.stage,
            days=question.days,
            asked_at=now,
            closes_at=question.closes_at,
        )
        session.add(follow_up)
        session.flush()
        _tell(session, follow_up, lecture, reminder=False, now=now)
    return len(found)


def to_recall(session: Session, *, now: datetime) -> Sequence[tuple[str, FollowUpStage]]:
    """Number and stage of the unanswered questions of which branches are to be reminded."""
    query = (
        select(Lecture.number, FollowUp.stage)
        .join(FollowUp.lecture)
        .where(
            Lecture.state == State.DELIVERED,
            FollowUp.answered_at.is_(None),
            FollowUp.reminded_at.is_(None),
            FollowUp.asked_at <= now - REMINDED_AFTER,
            FollowUp.closes_at > now,
        )
        .order_by(FollowUp.closes_at, FollowUp.id)
        .limit(AT_ONCE)
    )
    return [(number, stage) for number, stage in session.execute(query)]


def recall(session: Session, *, number: str, stage: FollowUpStage, now: datetime) -> bool:
    """Record the one reminder of a question, unless it was answered or recalled meanwhile."""
    lecture = changes.locked(session, number)
    follow_up = queries.one(session, lecture.id, stage)
    if follow_up is None or follow_up.answered_at or follow_up.reminded_at:
        return False
    session.refresh(follow_up)
    asked, closes = follow_up.asked_at, follow_up.closes_at
    is_due = to_remind(asked_at=asked, closes_at=closes, now=now)
    if lecture.state is not State.DELIVERED or not is_due or follow_up.answered_at:
        return False
    follow_up.reminded_at = now
    _tell(session, follow_up, lecture, reminder=True, now=now)
    return True


def answer(session: Session, *, number: str, stage: FollowUpStage, given: Answer) -> FollowUp:
    """Take or change an answer; raises `NotFound`, `FollowUpClosed`, `Invalid` with the field."""
    follow_up = _open(session, number, stage, given.now)
    text = plain(given.text).strip()
    if len(text) > LONGEST_ANSWER:
        raise Invalid(TOO_LONG, "text")
    allowed = {one.id: one for one in outcome_queries.every(session)}
    kept = {one.id for one in follow_up.outcomes}
    chosen = [
        allowed[one]
        for one in sorted(given.outcome_ids)
        if one in allowed and (allowed[one].retired_at is None or one in kept)
    ]
    if not chosen or len(chosen) != len(given.outcome_ids):
        raise Invalid(CHOOSE, "outcomes")
    if len(chosen) > 1 and any(one.unchanged for one in chosen):
        raise Invalid(NOTHING_ALONE, "outcomes")
    follow_up.outcomes = chosen
    follow_up.text = text
    follow_up.answered_at, follow_up.answered_by = given.now, given.user_id
    follow_up.actor_name = given.user_name[:60]
    session.flush()
    if given.document is not None:
        documents.store(session, follow_up.id, given.document, now=given.now)
    return follow_up


def remove_document(session: Session, *, number: str, stage: FollowUpStage, now: datetime) -> bool:
    """Delete the document of an answer while it is open; returns whether there was one."""
    return documents.remove(session, _open(session, number, stage, now).id)


def _open(session: Session, number: str, stage: FollowUpStage, now: datetime) -> FollowUp:
    lecture = changes.locked(session, number)
    follow_up = queries.one(session, lecture.id, stage)
    if follow_up is None:
        raise NotFound()
    if not queries.is_open(follow_up, lecture, now):
        raise FollowUpClosed()
    return follow_up


def _known(stage: FollowUpStage) -> ColumnElement[bool]:
    query = select(FollowUp.id).where(FollowUp.lecture_id == Lecture.id, FollowUp.stage == stage)
    return query.correlate(Lecture).exists()


def _tell(
    session: Session, follow_up: FollowUp, lecture: Lecture, *, reminder: bool, now: datetime
) -> None:
    event = FollowUpAsked(
        at=now,
        follow_up_id=follow_up.id,
        stage=follow_up.stage,
        number=lecture.number,
        title=lecture.title,
        instructor=lecture.instructor.name,
        held_at=lecture.starts_at,
        closes_at=follow_up.closes_at,
        reminder=reminder,
    )
    outbox.record(session, FOLLOW_UP_ASKED, event, now=now)
