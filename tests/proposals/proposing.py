"""Proposals for lectures, made and answered in transactions of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from booking.accounts.engine.roles import Role
from booking.db import db, unit_of_work
from booking.instructors import service as instructors
from booking.lectures import changes
from booking.lectures.engine.agreement import Approver, ProposalKind
from booking.lectures.engine.replay import Replayed, replay
from booking.lectures.engine.states import Party
from booking.lectures.models import Hold, Lecture
from booking.lectures.proposals import service
from booking.lectures.proposals.acts import Acting
from booking.lectures.proposals.models import Proposal
from booking.lectures.proposals.options import Wanted
from tests import factories
from tests.factories import COUNTY, NOW, ZONE
from tests.lectures.histories import entries

REASON = "那天要开会。"
PLACE = "岫云县文化馆二楼"  # as in `factories.booking_request`


def wanted(lecture: Lecture, starts_at: datetime, **more: Any) -> Wanted:
    """Another time at the lecture's place."""
    values = {
        "region_code": lecture.region_code,
        "place": lecture.place,
        "format": lecture.format,
    }
    return Wanted(starts_at=starts_at, **values | more)


def acting(
    party: Party, *, reason: str = REASON, now: datetime = NOW, user: int | None = None
) -> Acting:
    """Somebody with one capacity."""
    return Acting(frozenset({party}), user, now, reason)


def found(number: str) -> Lecture:
    """The lecture as it is in the database."""
    query = select(Lecture).where(Lecture.number == number)
    return db.session().scalars(query.execution_options(populate_existing=True)).one()


def propose(
    app: Flask,
    number: str,
    starts: Sequence[datetime],
    party: Party = Party.BRANCH,
    *,
    now: datetime = NOW,
    **more: Any,
) -> int:
    """The id of a committed proposal of other times."""
    with app.app_context(), unit_of_work() as session:
        lecture = found(number)
        return service.propose(
            session,
            number=number,
            kind=ProposalKind.MOVE,
            wanted=[wanted(lecture, start, **more) for start in starts or [lecture.starts_at]],
            acting=acting(party, now=now),
            zone=ZONE,
        ).id


def replace(
    app: Flask,
    number: str,
    instructor_id: int,
    party: Party = Party.BRANCH,
    *,
    now: datetime = NOW,
    topic_id: int | None = None,
) -> int:
    """The id of a committed proposal of another instructor."""
    with app.app_context(), unit_of_work() as session:
        lecture = found(number)
        topic = topic_id or instructors.topic_ids(session, instructor_id)[0]
        one = wanted(lecture, lecture.starts_at, instructor_id=instructor_id, topic_id=topic)
        return service.propose(
            session,
            number=number,
            kind=ProposalKind.REPLACEMENT,
            wanted=[one],
            acting=acting(party, now=now),
            zone=ZONE,
        ).id


def agree(
    app: Flask,
    number: str,
    proposal_id: int,
    approver: Approver,
    party: Party,
    *,
    choice: int | None = None,
    now: datetime = NOW,
) -> None:
    """Agree, committed; `choice` is the position of the chosen time."""
    with app.app_context(), unit_of_work() as session:
        proposal = session.get_one(Proposal, proposal_id)
        service.agree(
            session,
            number=number,
            proposal_id=proposal_id,
            option_id=None if choice is None else proposal.options[choice].id,
            approver=approver,
            acting=acting(party, now=now),
        )


def refuse(
    app: Flask,
    number: str,
    proposal_id: int,
    approver: Approver,
    party: Party,
    *,
    reason: str = REASON,
    now: datetime = NOW,
) -> None:
    """Refuse, committed."""
    with app.app_context(), unit_of_work() as session:
        service.refuse(
            session,
            number=number,
            proposal_id=proposal_id,
            approver=approver,
            acting=acting(party, reason=reason, now=now),
        )


def retract(
    app: Flask, number: str, proposal_id: int, party: Party, *, now: datetime = NOW
) -> None:
    """Take back, committed."""
    with app.app_context(), unit_of_work() as session:
        service.retract(
            session, number=number, proposal_id=proposal_id, acting=acting(party, now=now)
        )


def holds(app: Flask, number: str) -> list[tuple[int, datetime, bool]]:
    """Instructor, start, and whether the hold is of a proposal, by start."""
    with app.app_context():
        query = (
            select(Hold.instructor_id, Hold.starts_at, Hold.option_id.is_not(None))
            .join(Lecture, Lecture.id == Hold.lecture_id)
            .where(Lecture.number == number)
            .order_by(Hold.starts_at, Hold.id)
        )
        return [(who, start, held) for who, start, held in db.session().execute(query)]


def replayed(app: Flask, number: str) -> tuple[Replayed, Replayed]:
    """The state that the history gives, and the one that is stored."""
    with app.app_context():
        lecture = found(number)
        stored = Replayed(lecture.state, changes.facts(lecture), lecture.sequence)
        return replay(entries(lecture)), stored


def another(app: Flask, name: str = "何宁", *, region: str = COUNTY) -> int:
    """The id of another instructor with the same topic and open hours, without an account."""
    with app.app_context(), unit_of_work() as session:
        made = factories.make_instructor(session, name, region=region)
        factories.open_hours(session, made)
        return made


def account_of(app: Flask, instructor_id: int, email: str, name: str = "何宁") -> None:
    """Give an instructor an account."""

    with app.app_context(), unit_of_work() as session:
        factories.make_user(session, email, name, Role.INSTRUCTOR, instructor_id=instructor_id)


def pending(number: str) -> frozenset[Approver]:
    """Whose agreements the open proposal of a lecture lacks; within an application context."""
    query = select(Proposal).join(Lecture).where(Lecture.number == number, Proposal.state == "open")
    return db.session().scalars(query).one().pending
