"""Who must agree to a proposal, and who may agree for whom. Pure.

A proposal of another time, place or instructor takes effect with the last agreement. Until then the
lecture keeps its own time; refusal or silence changes nothing.
"""

from __future__ import annotations

import enum

from booking.lectures.engine.states import Party

MOST_OPTIONS = 3
"""How many times a proposal of another time may offer to choose from. Our own choice."""


class ProposalKind(enum.StrEnum):
    """What is proposed."""

    MOVE = "move"
    """Another time or place for the same instructor."""
    REPLACEMENT = "replacement"
    """Another instructor for the same time and place."""


class ProposalState(enum.StrEnum):
    """The states of a proposal; all but OPEN are final."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETRACTED = "retracted"
    LAPSED = "lapsed"
    CLOSED = "closed"
    """The lecture itself was cancelled, withdrawn or confirmed as it was."""


class Approver(enum.StrEnum):
    """Whose agreement a proposal needs."""

    BRANCH = "branch"
    INSTRUCTOR = "instructor"
    """The instructor who will lecture: of a replacement, the new one."""
    REVIEWER = "reviewer"
    """A coordinator of the branch's region, where its requests are reviewed."""


ACTS_FOR: dict[Party, tuple[Approver, ...]] = {
    Party.BRANCH: (Approver.BRANCH,),
    Party.INSTRUCTOR: (Approver.INSTRUCTOR,),
    Party.COORDINATOR: (Approver.INSTRUCTOR,),
    Party.BRANCH_COORDINATOR: (Approver.REVIEWER, Approver.BRANCH),
    Party.SYSTEM: (),
}
"""For whom each party may agree or refuse: coordinators on behalf of their side."""


def given_by_proposing(kind: ProposalKind, party: Party) -> frozenset[Approver]:
    """The agreements that lie in the proposal itself.

    Who proposes another instructor agrees for the branch only: the new instructor is somebody
    else. A coordinator of the branch's region has reviewed what they propose.
    """
    given = set(ACTS_FOR[party])
    if kind is ProposalKind.REPLACEMENT:
        given.discard(Approver.INSTRUCTOR)
    return frozenset(given)


def needed(kind: ProposalKind, party: Party, *, review: bool) -> frozenset[Approver]:
    """Whose agreements are missing when `party` has proposed."""
    approvers = {Approver.BRANCH, Approver.INSTRUCTOR}
    if review:
        approvers.add(Approver.REVIEWER)
    return frozenset(approvers) - given_by_proposing(kind, party)


def may_act_for(parties: frozenset[Party], pending: frozenset[Approver]) -> list[Approver]:
    """For which pending approvers somebody with these capacities may act, own side first."""
    able = [approver for party in Party if party in parties for approver in ACTS_FOR[party]]
    return [approver for approver in dict.fromkeys(able) if approver in pending]


def party_for(parties: frozenset[Party], approver: Approver) -> Party | None:
    """The capacity in which somebody acts for an approver, own side first; None if in none."""
    return next((one for one in Party if one in parties and approver in ACTS_FOR[one]), None)
