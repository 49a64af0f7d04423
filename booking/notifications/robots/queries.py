"""Reads of robots, and of what waits in a region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from booking.accounts.engine.permissions import Subject, allowed
from booking.accounts.engine.roles import Actor, Role, within
from booking.accounts.models import Organisation, Region
from booking.accounts.queries import lies_under
from booking.accounts.successors.queries import present_code
from booking.errors import NotFound
from booking.instructors.models import Instructor
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.lectures.overview import touches
from booking.notifications.robots.engine.subjects import RobotSubject
from booking.notifications.robots.models import Robot
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import Order

PERMISSION = "robot.edit"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits in a region."""

    orders: int
    reviews: int
    answers: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.orders + self.reviews + self.answers


def robots_of(session: Session, who: Actor) -> Sequence[tuple[Robot, Region]]:
    """The robots of the regions that an actor coordinates, with their regions. One query."""
    scopes = [lies_under(Robot.region_code, scope) for scope in sorted(who.scopes)]
    condition = true() if who.has(Role.ADMIN) else or_(*scopes)
    query = select(Robot, Region).join(Region, Region.code == Robot.region_code).where(condition)
    rows = session.execute(query.order_by(Robot.region_code, Robot.name, Robot.id)).all()
    return [(robot, region) for robot, region in rows]


def robot_in_scope(session: Session, who: Actor, robot_id: int) -> Robot:
    """A robot of a region that the actor coordinates; raises `NotFound`."""
    robot = session.get(Robot, robot_id)
    subject = Subject(region_codes=frozenset({robot.region_code} if robot else ()))
    if robot is None or not allowed(PERMISSION, who, subject):
        raise NotFound()
    return robot


def told(session: Session, subject: RobotSubject, codes: Iterable[str]) -> list[Robot]:
    """The robots that are told of a subject in any of some regions, or in one under theirs."""
    present = {present_code(session, code) for code in codes}
    every = session.scalars(select(Robot).order_by(Robot.id)).all()
    return [
        robot
        for robot in every
        if subject.value in robot.subjects
        and any(within(code, robot.region_code) for code in present)
    ]


def waiting(session: Session, region_code: str) -> Waiting:
    """How much waits in a region and those under it. Two queries."""
    orders = session.scalar(
        select(func.count(Order.id)).where(
            lies_under(Order.region_code, region_code), Order.state == OrderState.OPEN
        )
    )
    by_state = dict(
        session.execute(
            select(Lecture.state, func.count(Lecture.id))
            .join(Organisation, Organisation.id == Lecture.organisation_id)
            .join(Instructor, Instructor.id == Lecture.instructor_id)
            .where(touches(region_code), Lecture.state.in_((State.SUBMITTED, State.REQUESTED)))
            .group_by(Lecture.state)
        ).all()
    )
    return Waiting(orders or 0, by_state.get(State.SUBMITTED, 0), by_state.get(State.REQUESTED, 0))
