"""Keeps robots, and queues what they are told. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking import audit, jobs
from booking.audit import Action
from booking.crypto import Box
from booking.db import after_commit
from booking.errors import Invalid
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.models import Delivery
from booking.notifications.robots.engine.addresses import (
    NoRobotAddress,
    RobotProvider,
    read_address,
)
from booking.notifications.robots.engine.subjects import RobotSubject
from booking.notifications.robots.errors import MOST_ROBOTS, TooManyRobots, wrong_address
from booking.notifications.robots.models import ROBOT, Robot
from booking.sentences import N_
from booking.settings.engine.robot_declarations import ROBOT_ORIGINS
from booking.settings.queries import in_force
from booking.text import is_blank, one_line

LONGEST_NAME = 60


def secret_box() -> Box:
    """The encryption of tokens and secrets of robots in this installation."""
    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    return Box(keys, purpose="robot address")


def private_origins() -> tuple[str, ...]:
    """The origins of own servers that an administrator allowed."""
    return tuple(in_force(ROBOT_ORIGINS).split())


def add(
    session: Session,
    *,
    region_code: str,
    name: str,
    address: str,
    secret: str | None = None,
    subjects: Sequence[RobotSubject],
    now: datetime,
) -> Robot:
    """Add a robot by its address; raises `Invalid` (422) and `TooManyRobots` (409)."""
    try:
        found = read_address(address, private_origins())
    except NoRobotAddress as error:
        raise wrong_address(error.fault) from None
    secret = (secret or "").strip()
    if secret and found.provider is not RobotProvider.DINGTALK:
        raise Invalid(N_("Only robots of DingTalk sign messages. Leave this empty."), "secret")
    kept = session.scalar(select(func.count(Robot.id)).where(Robot.region_code == region_code))
    if (kept or 0) >= MOST_ROBOTS:
        raise TooManyRobots()
    box = secret_box()
    robot = Robot(
        region_code=region_code,
        name=_name(name),
        provider=found.provider,
        origin=found.origin,
        token=box.seal(found.token),
        secret=box.seal(secret) if secret else None,
        subjects=_subjects(subjects),
        created_at=now,
        recent=[],
    )
    session.add(robot)
    session.flush()
    _record(session, robot, "added")
    return robot


def change(session: Session, robot: Robot, *, name: str, subjects: Sequence[RobotSubject]) -> None:
    """Rename a robot and choose of what it is told; raises `Invalid` (422)."""
    robot.name, robot.subjects = _name(name), _subjects(subjects)
    _record(session, robot, "changed")


def remove(session: Session, robot: Robot, *, now: datetime) -> None:
    """Delete a robot; what waits for it is sent no more."""
    waiting = (
        Delivery.channel == ROBOT,
        Delivery.recipient == recipient_of(robot),
        Delivery.sent_at.is_(None),
        Delivery.superseded_at.is_(None),
    )
    gone = {"superseded_at": now, "next_try_at": None, "claimed_until": None, "message": None}
    session.execute(update(Delivery).where(*waiting).values(gone))
    _record(session, robot, "removed")
    session.delete(robot)


def recipient_of(robot: Robot) -> str:
    """The recipient of deliveries to a robot."""
    return f"{ROBOT}:{robot.id}"


def queue(
    session: Session,
    robot: Robot,
    text: str,
    *,
    kind: MessageKind,
    event_id: int | None = None,
    now: datetime,
) -> None:
    """Queue a message to a robot; its first line is the subject that pages show."""
    session.add(
        Delivery(
            event_id=event_id,
            channel=ROBOT,
            recipient=recipient_of(robot),
            kind=kind,
            subject=text.partition("\n")[0][:255],
            message=text.encode(),
            created_at=now,
            next_try_at=now,
        )
    )
    after_commit(session, "wake", jobs.wake)


def record_test(session: Session, robot: Robot) -> None:
    """Record that somebody had a test message sent."""
    _record(session, robot, "tested")


def _name(text: str) -> str:
    name = one_line(text)
    if is_blank(name):
        raise Invalid(N_("Give the group a name, so that others know which one it is."), "name")
    if len(name) > LONGEST_NAME:
        raise Invalid(
            N_("This text is too long: at most %(count)s characters.", count=LONGEST_NAME), "name"
        )
    return name


def _subjects(subjects: Sequence[RobotSubject]) -> list[str]:
    if not subjects:
        raise Invalid(N_("Choose at least one thing that the group is told."), "subjects")
    return [one.value for one in RobotSubject if one in subjects]


def _record(session: Session, robot: Robot, change: str) -> None:
    """The name of a group may be that of a person: the log keeps provider and region only."""
    audit.record(
        session,
        Action.ROBOT_CHANGED,
        region_code=robot.region_code,
        detail={"change": change, "provider": robot.provider.value, "robot": robot.id},
    )
