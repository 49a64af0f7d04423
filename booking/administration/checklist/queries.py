"""The counts of the checklist, within the actor's regions, in one statement."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, false, func, or_, select, true
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Membership, Organisation, Region, User
from booking.accounts.queries import lies_under
from booking.availability.defaults.queries import HAS_NO_HOURS, UNCONFIRMED
from booking.instructors.models import Instructor
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture

_AGREED = (State.CONFIRMED, State.DELIVERED, State.NOT_HELD)
"""A lecture of these states was promised by an instructor."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are within the actor's regions."""

    regions: int
    organisations: int
    people: int
    without_hours: int
    unconfirmed: int
    accounts: int
    """Instructors with an account that can sign in."""
    lectures: int


def counts(session: Session, who: Actor) -> Counts:
    """All counts at once."""
    people = _within(who, Instructor.region_code) & Instructor.listed
    has_account = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.instructor_id == Instructor.id, User.active)
        .correlate(Instructor)
        .exists()
    )
    lectures = (
        select(func.count(Lecture.id))
        .join(Instructor, Instructor.id == Lecture.instructor_id)
        .where(_within(who, Instructor.region_code), Lecture.state.in_(_AGREED))
    )
    values = session.execute(
        select(
            _count(Region.code, _within(who, Region.code)),
            _count(Organisation.id, _within(who, Organisation.region_code)),
            _count(Instructor.id, people),
            _count(Instructor.id, people & HAS_NO_HOURS),
            _count(Instructor.id, people & UNCONFIRMED),
            _count(Instructor.id, people & has_account),
            lectures.scalar_subquery(),
        )
    ).one()
    return Counts(*values)


def _count(
    column: ColumnElement[int] | object, condition: ColumnElement[bool]
) -> ScalarSelect[int]:
    return select(func.count(column)).where(condition).scalar_subquery()  # type: ignore[arg-type]


def _within(who: Actor, column: object) -> ColumnElement[bool]:
    if who.has(Role.ADMIN):
        return true()
    conditions = (lies_under(column, scope) for scope in who.scopes)  # type: ignore[arg-type]
    return or_(false(), *conditions)
