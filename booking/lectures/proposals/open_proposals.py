"""The open proposal of a lecture: reading it and ending it. The caller owns the transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from booking.lectures.engine.agreement import ProposalState
from booking.lectures.models import Hold
from booking.lectures.proposals.models import Proposal


def open_proposal(session: Session, lecture_id: int) -> Proposal | None:
    """The open proposal of a lecture with its options, or None.

    Whoever changes it has locked the lecture's row before.
    """
    query = (
        select(Proposal)
        .where(Proposal.lecture_id == lecture_id, Proposal.state == ProposalState.OPEN)
        .options(selectinload(Proposal.options))
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one_or_none()


def end(session: Session, proposal: Proposal, state: ProposalState, now: datetime) -> None:
    """Give an open proposal its final state, and free the times that it still holds."""
    proposal.state, proposal.changed_at = state, now
    options = [option.id for option in proposal.options]
    session.execute(delete(Hold).where(Hold.option_id.in_(options)))
    session.flush()
