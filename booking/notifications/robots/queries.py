"""Reads of robots, and of what waits in a region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import false, func, or_, select, true
from sqlalchemy.orm import Session, object_session

from booking.accounts.engine.permissions import Subject, allowed
from booking.accounts.engine.roles import Actor, Role, within
from booking.accounts.models import Membership, Organisation, Region, User
from booking.accounts.queries import lies_under
from booking.accounts.successors.queries import present_code
from booking.errors import NotFound
from booking.instructors.models import Instructor
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.lectures.overview import touches
from booking.notifications.choices.models import MessageChoice
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.robots.engine.subjects import KIND_OF_SUBJECT, RobotSubject
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
    condition = true() if who.has(Role.ADMIN) else or_(false(), *scopes)
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
    wished = _wished(session, KIND_OF_SUBJECT[subject])
    return [
        robot
        for robot in every
        if (subject.value in robot.subjects or robot.region_code in wished)
        and any(within(code, robot.region_code) for code in present)
    ]


def is_told(session: Session, robot: Robot, subject: RobotSubject) -> bool:
    """Whether a robot is told of a subject: by its settings, or by the wish of a coordinator."""
    kind = KIND_OF_SUBJECT[subject]
    return subject.value in robot.subjects or robot.region_code in _wished(session, kind)


def _wished(session: Session, kind: MessageKind) -> set[str]:
    """The regions of which a coordinator has chosen the robot for a kind of message."""
    query = (
        select(Membership.region_code)
        .join(User, User.id == Membership.user_id)
        .join(MessageChoice, MessageChoice.user_id == User.id)
        .where(
            Membership.role == Role.COORDINATOR,
            Membership.region_code.is_not(None),
            User.active,
            MessageChoice.kind == kind,
            MessageChoice.robot,
        )
    )
    return {code for code in session.scalars(query) if code is not None}


def has_robot(user: User) -> bool:
    """Whether a group of somebody's regions has a robot, which they can choose."""
    session = object_session(user)
    return session is not None and bool(robots_of(session, user.actor()))


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
