"""Who leaves, and what is still promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, Organisation, User
from booking.lectures.closed_days.queries import PROMISED
from booking.lectures.models import Lecture
from booking.privacy.exits.models import Leaving, LeavingEntry, LeavingState

MOST_TOLD = 100


@dataclass(frozen=True, slots=True)
class Alone:
    """An organisation of which the person is the only contact, and its lectures to come."""

    organisation: str
    lectures: int


def of_user(session: Session, user_id: int, *, lock: bool = False) -> Leaving | None:
    """The leaving of an account that waits."""
    query = select(Leaving).where(Leaving.user_id == user_id, Leaving.state == LeavingState.WAITING)
    return session.scalars(query.with_for_update() if lock else query).first()


def of_entry(session: Session, instructor_id: int, *, lock: bool = False) -> Leaving | None:
    """The leaving of an entry that waits."""
    query = (
        select(Leaving)
        .join(LeavingEntry)
        .where(LeavingEntry.instructor_id == instructor_id, Leaving.state == LeavingState.WAITING)
    )
    return session.scalars(query.with_for_update(of=Leaving) if lock else query).first()


def every_of(
    session: Session, user_id: int | None, instructor_ids: Sequence[int]
) -> Sequence[Leaving]:
    """Every leaving of a person, also those that were taken back."""
    of_entries = select(LeavingEntry.leaving_id).where(
        LeavingEntry.instructor_id.in_(instructor_ids)
    )
    of_account = Leaving.user_id.is_not(None) & (Leaving.user_id == user_id)
    query = select(Leaving).where(or_(of_account, Leaving.id.in_(of_entries)))
    return session.scalars(query).all()


def waiting(session: Session, *, before: datetime) -> Sequence[int]:
    """The ids of those whose day has come, the first to ask first."""
    query = select(Leaving.id).where(
        Leaving.state == LeavingState.WAITING, Leaving.due_at <= before
    )
    return session.scalars(query.order_by(Leaving.id)).all()


def logs_due(session: Session, *, before: datetime) -> Sequence[int]:
    """The ids of those who were erased before an instant and still stand in the audit log."""
    query = select(Leaving.id).where(
        Leaving.state == LeavingState.DONE,
        Leaving.ended_at < before,
        Leaving.log_erased_at.is_(None),
    )
    return session.scalars(query.order_by(Leaving.id)).all()


def promised(session: Session, instructor_ids: Sequence[int], now: datetime) -> Sequence[Lecture]:
    """The requested and confirmed lectures that are not over, the next first."""
    query = (
        select(Lecture)
        .where(
            Lecture.instructor_id.in_(instructor_ids),
            Lecture.state.in_(PROMISED),
            Lecture.ends_at > now,
        )
        .options(joinedload(Lecture.organisation))
    )
    return session.scalars(query.order_by(Lecture.starts_at, Lecture.id).limit(MOST_TOLD)).all()


def alone_in(session: Session, user_id: int, now: datetime) -> Sequence[Alone]:
    """The organisations for which nobody else could answer."""
    other = aliased(Membership)
    others = (
        select(other.id)
        .join(User, User.id == other.user_id)
        .where(
            other.organisation_id == Membership.organisation_id,
            other.user_id != user_id,
            User.active,
        )
    )
    to_come = (
        select(func.count())
        .select_from(Lecture)
        .where(
            Lecture.organisation_id == Organisation.id,
            Lecture.state.in_(PROMISED),
            Lecture.ends_at > now,
        )
        .scalar_subquery()
    )
    query = (
        select(Organisation.name, to_come)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user_id, Membership.role == Role.BRANCH, ~others.exists())
        .order_by(Organisation.id)
    )
    return [Alone(*row) for row in session.execute(query)]


def is_involved(session: Session, *instructor_ids: int) -> bool:
    """Whether one of the entries ends soon, or has ended, by its person's leaving."""
    query = (
        select(Leaving.id)
        .join(LeavingEntry)
        .where(
            LeavingEntry.instructor_id.in_(instructor_ids),
            or_(Leaving.state == LeavingState.WAITING, Leaving.state == LeavingState.DONE),
        )
    )
    return session.scalars(query.limit(1)).first() is not None
