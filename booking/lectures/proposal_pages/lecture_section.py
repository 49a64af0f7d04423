"""What a lecture's page says of changes: what is proposed, what can be, and who else could."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking import i18n
from booking.accounts.guards import actor
from booking.db import db
from booking.lectures.engine.guards import Times
from booking.lectures.engine.lifecycle import possible
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import Lecture
from booking.lectures.parties import parties
from booking.lectures.proposal_pages.panels import Panel, panels
from booking.lectures.proposals.candidates import Candidate, candidates
from booking.lectures.proposals.models import Proposal
from booking.lectures.proposals.queries import of_lecture

INSTRUCTORS_SIDE = frozenset({Party.INSTRUCTOR, Party.COORDINATOR})
BRANCH_SIDE = frozenset({Party.BRANCH, Party.BRANCH_COORDINATOR})


@dataclass(frozen=True, slots=True)
class Changes:
    """Template data of `lectures/_proposal.html`."""

    panel: Panel | None
    open_to_proposals: bool
    """Whether the reader can propose something now."""
    ended: bool
    """Whether the instructor's side has declined or cancelled."""
    candidates: list[Candidate]
    """For the branch whose instructor cannot: who else could, at exactly this time."""


def changes_of(lecture: Lecture, *, now: datetime) -> Changes:
    """What the reader of this request sees of changes to a lecture."""
    who = parties(actor(), lecture)
    proposal = of_lecture(db.session(), lecture.id)
    shown = panels(db.session(), [proposal], actor(), i18n.zone()) if proposal else []
    ended = _ended_by_instructor(lecture)
    return Changes(
        shown[0] if shown else None,
        proposal is None and can_propose(lecture, who, now=now),
        ended,
        _others(lecture, proposal, who, ended, now),
    )


def can_propose(lecture: Lecture, who: frozenset[Party], *, now: datetime) -> bool:
    """Whether these parties can propose another time, place or instructor now."""
    times = Times(now, lecture.starts_at, lecture.ends_at, lecture.reply_due_at)
    return any(row.command is Command.PROPOSE for row in possible(lecture.state, who, times))


def _ended_by_instructor(lecture: Lecture) -> bool:
    if lecture.state not in (State.DECLINED, State.CANCELLED):
        return False
    return lecture.history[-1].party in INSTRUCTORS_SIDE


def _others(
    lecture: Lecture,
    proposal: Proposal | None,
    who: frozenset[Party],
    ended: bool,
    now: datetime,
) -> list[Candidate]:
    asked = proposal is not None and proposal.party in INSTRUCTORS_SIDE
    if not who & BRANCH_SIDE or not (asked or ended):
        return []
    # Who is asked to take it over is asked at any time; a new booking keeps the lead time.
    return candidates(db.session(), lecture, urgent=asked, now=now, zone=i18n.zone())
