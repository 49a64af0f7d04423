"""Conditions on the time under which a transition is possible. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from booking.errors import Conflict
from booking.lectures.engine.errors import AlreadyBegun, NotOverYet


@dataclass(frozen=True, slots=True)
class Times:
    """The input of guards; all are aware instants."""

    now: datetime
    starts_at: datetime
    ends_at: datetime
    reply_due_at: datetime


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on the time, and the refusal where it does not hold."""

    holds: Callable[[Times], bool]
    refusal: type[Conflict]


BEFORE_START = Guard(lambda times: times.now < times.starts_at, AlreadyBegun)
"""The lecture has not begun."""

AFTER_END = Guard(lambda times: times.ends_at <= times.now, NotOverYet)
"""The lecture is over."""

REPLY_OVERDUE = Guard(
    lambda times: times.reply_due_at <= times.now or times.starts_at <= times.now, NotOverYet
)
"""The reply is overdue, or the lecture has begun."""

AFTER_START = Guard(lambda times: times.starts_at <= times.now, NotOverYet)
"""The lecture has begun."""

ANY_TIME = Guard(lambda _times: True, NotOverYet)
"""No condition."""
