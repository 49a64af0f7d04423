"""Read queries: the open proposal of a lecture, and those that wait for somebody's answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Membership, Organisation, User
from booking.accounts.queries import lies_under
from booking.instructors.models import Instructor
from booking.lectures.engine.agreement import ProposalState
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture
from booking.lectures.proposals.models import Proposal, ProposalOption

LIST_LENGTH = 100

_WHOLE: tuple[ORMOption, ...] = (
    joinedload(Proposal.lecture).options(
        joinedload(Lecture.instructor), joinedload(Lecture.organisation), joinedload(Lecture.region)
    ),
    selectinload(Proposal.options).options(
        joinedload(ProposalOption.instructor), joinedload(ProposalOption.region)
    ),
)


_HAS_ACCOUNT = (
    select(Membership.id)
    .join(User, User.id == Membership.user_id)
    .where(Membership.instructor_id == Instructor.id, User.active)
    .correlate(Instructor)
    .exists()
)


def of_lecture(session: Session, lecture_id: int) -> Proposal | None:
    """The open proposal of a lecture with all that pages show of it, or None. Two queries."""
    query = (
        select(Proposal)
        .where(Proposal.lecture_id == lecture_id, Proposal.state == ProposalState.OPEN)
        .options(*_WHOLE)
    )
    return session.scalars(query).one_or_none()


def by_id(session: Session, proposal_id: int) -> Proposal | None:
    """A proposal, open or not, with all that pages show of it, or None. Two queries."""
    query = select(Proposal).where(Proposal.id == proposal_id).options(*_WHOLE)
    return session.scalars(query).one_or_none()


def waiting_for(
    session: Session, who: Actor, parties: Collection[Party], *, limit: int = LIST_LENGTH
) -> Sequence[Proposal]:
    """The open proposals that an actor may answer in one of these capacities, due first.

    Two queries. For a coordinator's list: COORDINATOR and BRANCH_COORDINATOR.
    """
    query = (
        select(Proposal)
        .join(Proposal.lecture)
        .join(Lecture.organisation)
        .where(
            Proposal.state == ProposalState.OPEN,
            or_(false(), *(_waits_for(who, party) for party in parties)),
        )
        .options(*_WHOLE)
        .order_by(Proposal.reply_due_at, Proposal.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def waiting_for_coordinator(
    session: Session, who: Actor, *, limit: int = LIST_LENGTH
) -> Sequence[Proposal]:
    """The open proposals that only a coordinator of the actor's scope can answer, due first.

    They wait for a review, or for an instructor without an account. Two queries.
    """
    no_account = and_(
        Proposal.instructor_agreed_at.is_(None),
        _asks(and_(_in_scope(who, Instructor.region_code), ~_HAS_ACCOUNT)),
    )
    no_review = and_(
        Proposal.needs_review,
        Proposal.reviewed_at.is_(None),
        _in_scope(who, Organisation.region_code),
    )
    query = (
        select(Proposal)
        .join(Proposal.lecture)
        .join(Lecture.organisation)
        .where(Proposal.state == ProposalState.OPEN, or_(no_account, no_review))
        .options(*_WHOLE)
        .order_by(Proposal.reply_due_at, Proposal.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def _waits_for(who: Actor, party: Party) -> ColumnElement[bool]:
    """SQL condition: an agreement is missing that the actor may give as this party."""
    no_branch, no_instructor = (
        Proposal.branch_agreed_at.is_(None),
        Proposal.instructor_agreed_at.is_(None),
    )
    match party:
        case Party.BRANCH:
            return and_(no_branch, Lecture.organisation_id.in_(who.organisation_ids))
        case Party.INSTRUCTOR:
            return and_(no_instructor, _asks(Instructor.id.in_(who.instructor_ids)))
        case Party.COORDINATOR:
            return and_(no_instructor, _asks(_in_scope(who, Instructor.region_code)))
        case Party.BRANCH_COORDINATOR:
            no_review = and_(Proposal.needs_review, Proposal.reviewed_at.is_(None))
            return and_(or_(no_branch, no_review), _in_scope(who, Organisation.region_code))
        case Party.SYSTEM:
            return false()


def _asks(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """SQL condition: the instructor who would lecture fulfils a condition."""
    return (
        exists()
        .where(ProposalOption.proposal_id == Proposal.id)
        .where(ProposalOption.instructor_id == Instructor.id, condition)
        .correlate(Proposal)
    )


def _in_scope(who: Actor, region_code: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    if who.has(Role.ADMIN):
        return true()
    return or_(false(), *(lies_under(region_code, scope) for scope in who.scopes))
