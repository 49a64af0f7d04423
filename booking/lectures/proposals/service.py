"""Proposals of another time, place or instructor. The caller owns the transaction.

Each offered time is held at once, beside the lecture's own; the last agreement makes it the
lecture's time. All locks are taken in one order: the lecture, then instructors by id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.errors import Forbidden
from booking.lectures import changes
from booking.lectures.changes import Change
from booking.lectures.engine import lifecycle, policy
from booking.lectures.engine.agreement import (
    ACTS_FOR,
    Approver,
    ProposalKind,
    ProposalState,
    needed,
    party_for,
)
from booking.lectures.engine.errors import NothingProposed, ProposalClosed, ProposalOpen
from booking.lectures.engine.guards import Times
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.transitions import Transition
from booking.lectures.models import Hold, Lecture
from booking.lectures.proposals import options as offered
from booking.lectures.proposals.acts import Acting, described, record
from booking.lectures.proposals.models import Proposal, ProposalOption
from booking.lectures.proposals.open_proposals import end, open_proposal
from booking.lectures.proposals.options import Wanted
from booking.lectures.reviews import queries as reviews
from booking.settings.engine.declarations import REPLY_DAYS
from booking.settings.queries import in_force


def propose(
    session: Session,
    *,
    number: str,
    kind: ProposalKind,
    wanted: Sequence[Wanted],
    acting: Acting,
    zone: ZoneInfo,
) -> Proposal:
    """Open a proposal and hold its times.

    Raises `NotBookable` with the nearest times if one is not offered, `NothingProposed`,
    `ProposalOpen`, `Invalid` for a value out of range, and what `lifecycle.take` raises.
    """
    lecture = changes.locked(session, number)
    reason = policy.checked_reason(acting.reason)
    row = _take(lecture, Command.PROPOSE, acting)
    party = next(party for party in Party if party in row.who & acting.parties)
    if open_proposal(session, lecture.id) is not None:
        raise ProposalOpen()
    checked = offered.check(
        session,
        lecture,
        kind,
        wanted,
        by_instructor=Approver.INSTRUCTOR in ACTS_FOR[party],
        now=acting.now,
        zone=zone,
    )
    review = reviews.required(session, lecture.organisation)
    pending = needed(kind, party, review=review)
    agreed = {one: None if one in pending else acting.now for one in Approver}
    first = min(option.starts_at for option in checked)
    proposal = Proposal(
        lecture_id=lecture.id,
        kind=kind,
        state=ProposalState.OPEN,
        party=party,
        user_id=acting.user_id,
        reason=reason,
        needs_review=review,
        branch_agreed_at=agreed[Approver.BRANCH],
        instructor_agreed_at=agreed[Approver.INSTRUCTOR],
        reviewed_at=agreed[Approver.REVIEWER],
        reply_due_at=policy.reply_due(
            acting.now, min(first, lecture.starts_at), zone, days=in_force(REPLY_DAYS)
        ),
        created_at=acting.now,
        changed_at=acting.now,
        options=checked,
    )
    session.add(proposal)
    session.flush()
    session.add_all(offered.hold(lecture, option) for option in checked)
    if lecture.state is State.REQUESTED:
        # The request waits for the answer to the proposal, too.
        lecture.reply_due_at = max(lecture.reply_due_at, proposal.reply_due_at)
    record(session, lecture, proposal, row, party, acting, reason)
    return proposal


def agree(
    session: Session,
    *,
    number: str,
    proposal_id: int,
    option_id: int | None,
    approver: Approver,
    acting: Acting,
) -> Lecture:
    """Agree to a proposal for one approver; the last agreement changes the lecture.

    `option_id` is the chosen time; it can be left out where there is one only, and by a reviewer.
    Raises `ProposalClosed`, `NothingProposed` without a choice, `Forbidden` and what
    `lifecycle.take` raises.
    """
    lecture, proposal = _open(session, number, proposal_id)
    party = _pending_party(proposal, approver, acting)
    _choose(proposal, option_id, approver)
    match approver:
        case Approver.BRANCH:
            proposal.branch_agreed_at = acting.now
        case Approver.INSTRUCTOR:
            proposal.instructor_agreed_at = acting.now
        case Approver.REVIEWER:
            proposal.reviewed_at = acting.now
    proposal.changed_at = acting.now
    if proposal.pending:
        row = _take(lecture, Command.AGREE, acting)
        record(session, lecture, proposal, row, party, acting)
    else:
        _carry_out(session, lecture, proposal, party, acting)
    return lecture


def refuse(
    session: Session, *, number: str, proposal_id: int, approver: Approver, acting: Acting
) -> Lecture:
    """Refuse a proposal for one approver: the lecture stays as it is. A reason is required."""
    lecture, proposal = _open(session, number, proposal_id)
    reason = policy.checked_reason(acting.reason)
    party = _pending_party(proposal, approver, acting)
    row = _take(lecture, Command.REFUSE, acting)
    end(session, proposal, ProposalState.REFUSED, acting.now)
    record(session, lecture, proposal, row, party, acting, reason)
    return lecture


def retract(session: Session, *, number: str, proposal_id: int, acting: Acting) -> Lecture:
    """Take a proposal back; raises `Forbidden` for anybody but the side that made it."""
    lecture, proposal = _open(session, number, proposal_id)
    side = set(ACTS_FOR[proposal.party])
    own = [party for party in Party if party in acting.parties and side & set(ACTS_FOR[party])]
    if not own:
        raise Forbidden()
    row = _take(lecture, Command.RETRACT, acting)
    end(session, proposal, ProposalState.RETRACTED, acting.now)
    record(session, lecture, proposal, row, own[0], acting)
    return lecture


def lapse(session: Session, *, number: str, proposal_id: int, now: datetime) -> Lecture:
    """Close a proposal that nobody answered in time: the lecture stays as it is."""
    lecture, proposal = _open(session, number, proposal_id)
    if proposal.reply_due_at > now:
        raise ProposalClosed()
    acting = Acting(frozenset({Party.SYSTEM}), None, now)
    row = _take(lecture, Command.LAPSE, acting)
    end(session, proposal, ProposalState.LAPSED, now)
    record(session, lecture, proposal, row, Party.SYSTEM, acting)
    return lecture


def due(session: Session, *, now: datetime, limit: int = 200) -> list[tuple[str, int]]:
    """Lecture number and id of the open proposals that nobody answered in time."""
    query = (
        select(Lecture.number, Proposal.id)
        .join(Proposal.lecture)
        .where(Proposal.state == ProposalState.OPEN, Proposal.reply_due_at <= now)
        .order_by(Proposal.id)
        .limit(limit)
    )
    return [(number, proposal_id) for number, proposal_id in session.execute(query)]


def _open(session: Session, number: str, proposal_id: int) -> tuple[Lecture, Proposal]:
    lecture = changes.locked(session, number)
    proposal = open_proposal(session, lecture.id)
    if proposal is None or proposal.id != proposal_id:
        raise ProposalClosed()
    return lecture, proposal


def _take(lecture: Lecture, command: Command, acting: Acting) -> Transition:
    times = Times(acting.now, lecture.starts_at, lecture.ends_at, lecture.reply_due_at)
    return lifecycle.take(lecture.state, command, acting.parties, times, acting.reason)


def _pending_party(proposal: Proposal, approver: Approver, acting: Acting) -> Party:
    if approver not in proposal.pending:
        raise ProposalClosed()
    party = party_for(acting.parties, approver)
    if party is None:
        raise Forbidden()
    return party


def _choose(proposal: Proposal, option_id: int | None, approver: Approver) -> None:
    """Note the chosen option; who agrees later agrees to that one."""
    if option_id is None and len(proposal.options) == 1:
        option_id = proposal.options[0].id
    if proposal.chosen_option_id is not None:
        if option_id not in (None, proposal.chosen_option_id):
            raise ProposalClosed()
        return
    if option_id is None:
        if approver is Approver.REVIEWER:
            return
        raise NothingProposed()
    if option_id not in [option.id for option in proposal.options]:
        raise ProposalClosed()
    proposal.chosen_option_id = option_id


def _carry_out(
    session: Session, lecture: Lecture, proposal: Proposal, party: Party, acting: Acting
) -> None:
    """Make the chosen option the lecture's: its hold stays, all others go."""
    option = _chosen(proposal)
    command = Command.MOVE if proposal.kind is ProposalKind.MOVE else Command.REPLACE
    row = _take(lecture, command, acting)
    before = changes.appointment(lecture)
    kept = Hold.option_id == option.id
    session.execute(
        delete(Hold).where(Hold.lecture_id == lecture.id, Hold.option_id.is_(None) | ~kept)
    )
    session.execute(update(Hold).where(kept).values(option_id=None))
    source, lecture.state = lecture.state, row.target
    lecture.sequence += row.raises_sequence
    lecture.instructor_id, lecture.instructor = option.instructor_id, option.instructor
    lecture.topic_id, lecture.topic, lecture.title = option.topic_id, option.topic, option.title
    lecture.starts_at, lecture.ends_at = option.starts_at, option.ends_at
    lecture.region_code, lecture.region = option.region_code, option.region
    lecture.place, lecture.format = option.place, option.format
    changes.touch(lecture, acting.now)
    end(session, proposal, ProposalState.ACCEPTED, acting.now)
    changes.record(
        session,
        lecture,
        Change(
            row.event,
            source,
            command,
            party,
            acting.user_id,
            acting.now,
            sets_facts=True,
            before=before,
            proposal=described(proposal),
        ),
    )


def _chosen(proposal: Proposal) -> ProposalOption:
    for option in proposal.options:
        if option.id == proposal.chosen_option_id:
            return option
    raise NothingProposed()
