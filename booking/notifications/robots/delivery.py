"""The transport of robots: at most so many calls a minute for each, in the order of the queue."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from booking import clock
from booking.crypto import CannotOpen
from booking.db import unit_of_work
from booking.notifications.robots import calls
from booking.notifications.robots.calls import RobotGone, RobotRefused
from booking.notifications.robots.engine.addresses import PER_MINUTE, RobotProvider, is_allowed
from booking.notifications.robots.engine.limits import next_call
from booking.notifications.robots.models import ROBOT, Robot
from booking.notifications.robots.service import private_origins, secret_box
from booking.notifications.transmission.routes import Route
from booking.notifications.transmission.transports import Postponed, described

ROUND_SECONDS = 20
"""How long robots may take in one round, so that mail is not held up."""


class _Target(NamedTuple):
    provider: RobotProvider
    origin: str
    token: str
    secret: str | None


class RobotTransport:
    """Calls the robot that a recipient names."""

    is_open = True

    def open(self) -> None:
        """Nothing to open: each message is a request of its own."""

    def hand_over(self, delivery_id: int, sender: str, recipient: str, message: bytes) -> None:
        """Call a robot; raises `Postponed` where it was called too often in the last minute."""
        robot_id = int(recipient.removeprefix(f"{ROBOT}:"))
        target = _take_turn(robot_id, clock.now())
        try:
            calls.call(*target, message.decode())
        except Exception as error:
            _note(robot_id, described(error), None)
            raise
        _note(robot_id, None, clock.now())

    def close(self) -> None:
        """Nothing to close."""


def _take_turn(robot_id: int, now: datetime) -> _Target:
    """Count a call before it is made, under the robot's lock: also two workers keep the limit."""
    with unit_of_work() as session:
        robot = session.get(Robot, robot_id, with_for_update=True, populate_existing=True)
        if robot is None:
            raise RobotGone()
        recent = [datetime.fromisoformat(one) for one in robot.recent]
        at = next_call(recent, now, most=PER_MINUTE)
        if at > now:
            raise Postponed(at)
        if not is_allowed(robot.provider, robot.origin, private_origins()):
            raise RobotRefused("not allowed")
        robot.recent = [one.isoformat() for one in (*recent, now)][-PER_MINUTE:]
        box = secret_box()
        try:
            secret = box.open(robot.secret) if robot.secret is not None else None
            return _Target(robot.provider, robot.origin, box.open(robot.token), secret)
        except CannotOpen:
            raise RobotGone("key") from None


def _note(robot_id: int, error: str | None, sent_at: datetime | None) -> None:
    with unit_of_work() as session:
        robot = session.get(Robot, robot_id, populate_existing=True)
        if robot is not None:
            robot.last_error = error
            robot.last_sent_at = sent_at or robot.last_sent_at


ROBOT_ROUTE = Route(ROBOT, RobotTransport, seconds=ROUND_SECONDS)
