"""In which capacities somebody may act on a proposal, and who may read a lecture because of one."""

from __future__ import annotations

from sqlalchemy.orm import Session

from booking.accounts.engine.permissions import Subject, allowed, books, teaches
from booking.accounts.engine.roles import Actor
from booking.lectures import queries
from booking.lectures.engine.agreement import Approver, may_act_for
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.lectures.proposals.models import Proposal
from booking.lectures.proposals.queries import of_lecture


def asked(proposal: Proposal) -> Subject:
    """The owners of a proposal: the branch, and the instructor who would lecture."""
    instructor, organisation = proposal.options[0].instructor, proposal.lecture.organisation
    return Subject(
        organisation_id=organisation.id,
        instructor_id=instructor.id,
        region_codes=frozenset({organisation.region_code, instructor.region_code}),
    )


def capacities(who: Actor, proposal: Proposal) -> frozenset[Party]:
    """The capacities in which an actor may answer a proposal.

    Of a replacement, INSTRUCTOR and COORDINATOR are those of the new instructor.
    """
    subject = asked(proposal)
    table = {
        Party.BRANCH: books(who, subject),
        Party.INSTRUCTOR: teaches(who, subject),
        Party.COORDINATOR: who.coordinates(proposal.options[0].instructor.region_code),
        Party.BRANCH_COORDINATOR: who.coordinates(proposal.lecture.organisation.region_code),
    }
    return frozenset(party for party, holds in table.items() if holds)


def approvers(who: Actor, proposal: Proposal) -> list[Approver]:
    """For which missing agreements an actor may act, own side first."""
    return may_act_for(capacities(who, proposal), proposal.pending)


def may_read(session: Session, who: Actor, lecture: Lecture) -> bool:
    """Whether an actor may see a lecture's page.

    While another instructor is asked to take the lecture, they may, and so may the coordinators of
    their region, who answer where the instructor has no account.
    """
    if allowed("lecture.read", who, queries.subject(lecture)):
        return True
    proposal = of_lecture(session, lecture.id) if who.signed_in else None
    return proposal is not None and allowed("lecture.read", who, asked(proposal))
