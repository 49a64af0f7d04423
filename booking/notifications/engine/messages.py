"""Which mails an event causes: recipients, templates and calendar methods. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal

from booking.lectures.engine.states import EventKind, Side


class Who(enum.Enum):
    """Who of a side receives a message."""

    SIDE = enum.auto()
    """The branch, or the lecture's instructor."""
    PENDING = enum.auto()
    """Of that side, whose agreement to a proposal is missing; with the branch also the reviewer."""
    UNAWARE = enum.auto()
    """Of that side, all whom a proposal concerns, except those who ended it themselves."""
    EARLIER = enum.auto()
    """The instructor who was replaced."""


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of message to one side.

    `template` names the folder in templates/email; `method` is the iTIP method of the
    calendar part (RFC 5546), None for a plain message.
    """

    side: Side
    template: str
    method: Literal["REQUEST", "CANCEL"] | None = None
    who: Who = Who.SIDE


def _to_both(template: str, who: Who) -> tuple[Message, ...]:
    return tuple(Message(side, template, who=who) for side in (Side.INSTRUCTOR, Side.BRANCH))


MESSAGES: dict[EventKind, tuple[Message, ...]] = {
    EventKind.REQUESTED: (
        Message(Side.INSTRUCTOR, "requested"),
        Message(Side.BRANCH, "received"),
    ),
    EventKind.CONFIRMED: (
        Message(Side.INSTRUCTOR, "confirmed", "REQUEST"),
        Message(Side.BRANCH, "confirmed", "REQUEST"),
    ),
    EventKind.DECLINED: (Message(Side.BRANCH, "declined"),),
    EventKind.WITHDRAWN: (Message(Side.INSTRUCTOR, "withdrawn"),),
    EventKind.EXPIRED: (Message(Side.INSTRUCTOR, "expired"), Message(Side.BRANCH, "expired")),
    EventKind.CANCELLED: (
        Message(Side.INSTRUCTOR, "cancelled", "CANCEL"),
        Message(Side.BRANCH, "cancelled", "CANCEL"),
    ),
    EventKind.DELIVERED: (),
    EventKind.RECORDED: (),
    EventKind.SUBMITTED: (),
    EventKind.RETURNED: (),
    EventKind.REJECTED: (),
    EventKind.NOT_HELD: (),
    EventKind.PROPOSED: _to_both("proposed", Who.PENDING),
    EventKind.AGREED: _to_both("proposed", Who.PENDING),
    EventKind.PROPOSAL_REFUSED: _to_both("unchanged", Who.UNAWARE),
    EventKind.PROPOSAL_RETRACTED: _to_both("unchanged", Who.UNAWARE),
    EventKind.PROPOSAL_LAPSED: _to_both("unchanged", Who.UNAWARE),
    EventKind.MOVED: (
        Message(Side.INSTRUCTOR, "moved", "REQUEST"),
        Message(Side.BRANCH, "moved", "REQUEST"),
    ),
    EventKind.REPLACED: (
        Message(Side.INSTRUCTOR, "taken_over", "REQUEST"),
        Message(Side.INSTRUCTOR, "handed_over", "CANCEL", Who.EARLIER),
        Message(Side.BRANCH, "replaced", "REQUEST"),
    ),
    EventKind.UNDONE: (),
}
"""The instructor's message comes first: somebody who is the instructor and a contact of the branch
gets only the first one. It is true for both sides: it names both, and the branch's message about an
expired request would ask the instructor to choose another instructor."""


def messages(kind: EventKind) -> tuple[Message, ...]:
    """The messages for an event of this kind."""
    return MESSAGES[kind]
