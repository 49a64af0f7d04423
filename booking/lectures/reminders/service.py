"""Records that somebody is to be reminded of a reply. The caller owns the transaction."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.lectures import changes
from booking.lectures.changes import Change
from booking.lectures.engine.states import EventKind, Party, State
from booking.lectures.proposals import acts
from booking.lectures.proposals.open_proposals import open_proposal
from booking.lectures.reminders import queries
from booking.lectures.reminders.engine.events import (
    PROPOSAL_REMINDER,
    REPLY_REMINDER,
    WAITS_SINCE,
)
from booking.outbox import service as outbox


def remind(session: Session, *, number: str, now: datetime, zone: ZoneInfo) -> bool:
    """Record one reminder, unless the lecture was answered or reminded of in the meantime."""
    lecture = changes.locked(session, number)
    if not queries.still_waits(session, lecture, now=now, zone=zone):
        return False
    lecture.reminded_at = now
    returned = lecture.state is State.RETURNED
    reason = queries.remarks(session, lecture.id) if returned else ""
    kind = WAITS_SINCE[lecture.state]
    # Time passes without a command: this is no row of the history.
    change = Change(kind, lecture.state, None, Party.SYSTEM, None, now, reason)
    outbox.record(session, REPLY_REMINDER, changes.snapshot(lecture, change), now=now)
    return True


def remind_of_proposal(session: Session, *, number: str, proposal_id: int, now: datetime) -> bool:
    """Record one reminder of a proposal, unless it was answered or reminded of meanwhile."""
    lecture = changes.locked(session, number)
    proposal = open_proposal(session, lecture.id)
    if proposal is None or proposal.id != proposal_id or proposal.reminded_at is not None:
        return False
    proposal.reminded_at = now
    change = Change(
        EventKind.PROPOSED,
        lecture.state,
        None,
        Party.SYSTEM,
        None,
        now,
        proposal=acts.described(proposal),
    )
    outbox.record(session, PROPOSAL_REMINDER, changes.snapshot(lecture, change), now=now)
    return True
