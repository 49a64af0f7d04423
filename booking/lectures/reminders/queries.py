"""Which lectures and proposals wait for a reply of which somebody is to be reminded now."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from booking.availability.engine.intervals import Interval
from booking.lectures.engine.agreement import ProposalState
from booking.lectures.engine.states import State
from booking.lectures.engine.transitions import WAITING
from booking.lectures.models import HistoryEntry, Lecture
from booking.lectures.proposals.models import Proposal
from booking.lectures.reminders.engine.times import ASKED_BEFORE, due_tomorrow

MOST = 200
"""Lectures of one round."""

_PROPOSED = (
    select(Proposal.id)
    .where(Proposal.lecture_id == Lecture.id, Proposal.state == ProposalState.OPEN)
    .correlate(Lecture)
    .exists()
)
"""While another time is proposed, it is that proposal which waits for an answer."""


def to_remind(session: Session, *, now: datetime, zone: ZoneInfo) -> list[str]:
    """The numbers of the lectures of which somebody is to be reminded, the first due first."""
    due = due_tomorrow(now, zone)
    if due is None:
        return []
    query = select(Lecture.number).where(_waits(now, due)).order_by(Lecture.reply_due_at)
    return list(session.scalars(query.limit(MOST)))


def still_waits(session: Session, lecture: Lecture, *, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the lecture, whose row is locked, is one of these."""
    due = due_tomorrow(now, zone)
    if due is None:
        return False
    query = select(Lecture.id).where(Lecture.id == lecture.id, _waits(now, due))
    return session.scalars(query).first() is not None


def _waits(now: datetime, due: Interval) -> ColumnElement[bool]:
    return and_(
        Lecture.state.in_(WAITING),
        Lecture.reminded_at.is_(None),
        Lecture.reply_due_at >= due[0],
        Lecture.reply_due_at < due[1],
        Lecture.changed_at <= now - ASKED_BEFORE,
        ~_PROPOSED,
    )


def proposals_to_remind(
    session: Session, *, now: datetime, zone: ZoneInfo
) -> list[tuple[str, int]]:
    """Lecture number and id of the proposals of which somebody is to be reminded, due first."""
    due = due_tomorrow(now, zone)
    if due is None:
        return []
    query = (
        select(Lecture.number, Proposal.id)
        .join(Proposal.lecture)
        .where(
            Proposal.state == ProposalState.OPEN,
            Proposal.reminded_at.is_(None),
            Proposal.reply_due_at >= due[0],
            Proposal.reply_due_at < due[1],
            Proposal.changed_at <= now - ASKED_BEFORE,
        )
        .order_by(Proposal.reply_due_at, Proposal.id)
        .limit(MOST)
    )
    return [(number, proposal_id) for number, proposal_id in session.execute(query)]


def remarks(session: Session, lecture_id: int) -> str:
    """Why a request was returned last."""
    query = select(HistoryEntry.reason).where(
        HistoryEntry.lecture_id == lecture_id, HistoryEntry.target == State.RETURNED
    )
    return session.scalars(query.order_by(HistoryEntry.id.desc()).limit(1)).first() or ""
