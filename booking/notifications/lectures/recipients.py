"""Who receives the mails about an event of a lecture, and in which capacity they can answer it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.accounts.service import (
    coordinators_of,
    users_of_instructor,
    users_of_organisation,
)
from booking.accounts.successors.queries import present_organisation
from booking.instructors.models import Instructor
from booking.lectures.engine.agreement import Approver
from booking.lectures.engine.events import LectureEvent, ProposedChange
from booking.lectures.engine.states import EventKind, Party, Side, State
from booking.notifications.engine.messages import Message, Who
from booking.notifications.lectures.calendar_parts import last_methods
from booking.orders import queries as order_queries

_APPROVERS = {
    Side.INSTRUCTOR: (Approver.INSTRUCTOR,),
    Side.BRANCH: (Approver.BRANCH, Approver.REVIEWER),
}


QUIET_FOR_ORDERS = frozenset(
    {EventKind.REQUESTED, EventKind.DECLINED, EventKind.EXPIRED, EventKind.WITHDRAWN}
)
"""Of these the branch of a dispatched order is not told by mail: somebody else is asked then."""


class Recipient(NamedTuple):
    """One user with the message they get; `approver` is for whom they are asked to agree."""

    message: Message
    user: User
    approver: Approver | None = None


def recipients(
    session: Session, event: LectureEvent, about: tuple[Message, ...]
) -> list[Recipient]:
    """Who gets which message; somebody who would get several gets the first only."""
    found: dict[int, Recipient] = {}
    quiet = event.kind in QUIET_FOR_ORDERS and order_queries.is_dispatched(
        session, event.lecture_id
    )
    for message in about:
        if quiet and message.side is Side.BRANCH:
            continue
        for recipient in _of_message(session, message, event):
            found.setdefault(recipient.user.id, recipient)
    return list(found.values())


def _of_message(session: Session, message: Message, event: LectureEvent) -> Iterator[Recipient]:
    if message.who is Who.PENDING:
        for approver in _APPROVERS[message.side]:
            for user in _who_may_agree(session, approver, event):
                yield Recipient(message, user, approver)
        return
    for user in _users(session, message, event):
        yield Recipient(message, user)


def _users(session: Session, message: Message, event: LectureEvent) -> list[User]:
    if message.who is Who.EARLIER:
        assert event.before is not None
        return users_of_instructor(session, event.before.instructor_id)
    if message.who is Who.UNAWARE:
        return _unaware(session, message.side, event)
    if message.who is Who.REVIEWERS:
        organisation = present_organisation(session, event.organisation_id)
        return coordinators_of(session, organisation.region_code)
    if message.who is Who.HOLDERS:
        return _holders(session, message.side, event)
    if message.side is Side.BRANCH:
        return users_of_organisation(session, event.organisation_id)
    # A request needs an answer: without an account of the instructor, the coordinators get it.
    if event.state is State.REQUESTED:
        return _instructor_or_coordinators(session, event.instructor_id)
    return users_of_instructor(session, event.instructor_id)


def _who_may_agree(session: Session, approver: Approver, event: LectureEvent) -> list[User]:
    proposal = _proposal(event)
    if approver not in proposal.pending:
        return []
    if approver is Approver.INSTRUCTOR:
        return _instructor_or_coordinators(session, proposal.options[0].instructor_id)
    organisation = present_organisation(session, event.organisation_id)
    contacts = users_of_organisation(session, organisation.id)
    if approver is Approver.BRANCH and contacts:
        return contacts
    return coordinators_of(session, organisation.region_code)


def _instructor_or_coordinators(session: Session, instructor_id: int) -> list[User]:
    users = users_of_instructor(session, instructor_id)
    if users:
        return users
    return coordinators_of(session, session.get_one(Instructor, instructor_id).region_code)


def _unaware(session: Session, side: Side, event: LectureEvent) -> list[User]:
    """All of a side whom a proposal concerned; not the side that ended it."""
    proposal = _proposal(event)
    if side is Side.BRANCH:
        if event.party is Party.BRANCH:
            return []
        return users_of_organisation(session, event.organisation_id)
    asked = proposal.options[0].instructor_id
    concerned = dict.fromkeys([event.instructor_id, asked])
    if event.party is Party.INSTRUCTOR:
        # Who refuses is the instructor who was asked, who takes it back is the lecture's own.
        refused = event.kind is EventKind.PROPOSAL_REFUSED
        del concerned[asked if refused else event.instructor_id]
    return [user for one in concerned for user in users_of_instructor(session, one)]


def _holders(session: Session, side: Side, event: LectureEvent) -> list[User]:
    """Of a side, in whose calendar the lecture stands; of an undo, from whose it was removed."""
    sought = "CANCEL" if event.kind is EventKind.UNDONE else "REQUEST"
    methods = last_methods(session, event.lecture_id)
    if side is Side.BRANCH:
        users = users_of_organisation(session, event.organisation_id)
    else:
        users = users_of_instructor(session, event.instructor_id)
    return [user for user in users if methods.get(user.id) == sought]


def _proposal(event: LectureEvent) -> ProposedChange:
    assert event.proposal is not None
    return event.proposal
