"""An act on a proposal: who acts, and what history and events tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.lectures import changes
from booking.lectures.changes import Change
from booking.lectures.engine.events import Appointment, ProposedChange
from booking.lectures.engine.states import Party
from booking.lectures.engine.transitions import Transition
from booking.lectures.models import Lecture
from booking.lectures.proposals import options as offered
from booking.lectures.proposals.models import Proposal


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts on a proposal: the capacities, the user, when, and why."""

    parties: frozenset[Party]
    """For a replacement, INSTRUCTOR and COORDINATOR are those of the new instructor, except in
    `propose` and `retract`."""
    user_id: int | None
    now: datetime
    reason: str = ""


def record(
    session: Session,
    lecture: Lecture,
    proposal: Proposal,
    row: Transition,
    party: Party,
    acting: Acting,
    reason: str = "",
) -> None:
    """Add the row of history and the event of an act that leaves the lecture as it is."""
    changes.touch(lecture, acting.now)
    change = Change(
        row.event,
        lecture.state,
        row.command,
        party,
        acting.user_id,
        acting.now,
        reason,
        proposal=described(proposal),
    )
    changes.record(session, lecture, change)


def described(proposal: Proposal) -> ProposedChange:
    """The proposal as an event tells it."""
    return ProposedChange(
        proposal_id=proposal.id,
        kind=proposal.kind,
        party=proposal.party,
        reason=proposal.reason,
        options=tuple(
            Appointment(
                instructor_id=option.instructor_id,
                instructor=option.instructor.name,
                title=option.title,
                starts_at=option.starts_at,
                ends_at=option.ends_at,
                region=option.region.name,
                place=option.place,
                online=offered.online(option),
            )
            for option in proposal.options
            if proposal.chosen_option_id in (None, option.id)
        ),
        pending=tuple(sorted(proposal.pending)),
        reply_due_at=proposal.reply_due_at,
    )
