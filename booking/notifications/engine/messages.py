"""Which mails an event causes: recipients, templates and calendar methods. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Literal

from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.lifecycle import taken_back
from booking.lectures.engine.readers import REVIEW
from booking.lectures.engine.states import EventKind, Side, State
from booking.lectures.engine.transitions import PUBLISHED


class Who(enum.Enum):
    """Who of a side receives a message."""

    SIDE = enum.auto()
    """The branch, or the lecture's instructor."""
    PENDING = enum.auto()
    """Of that side, whose agreement to a proposal is missing; with the branch also the reviewer."""
    UNAWARE = enum.auto()
    """Of that side, all whom a proposal concerns, except those who ended it themselves."""
    REVIEWERS = enum.auto()
    """The coordinators of the branch's region."""
    EARLIER = enum.auto()
    """The instructor who was replaced."""
    HOLDERS = enum.auto()
    """Of that side, in whose calendar the request stands that came to nothing."""


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
    EventKind.DECLINED: (
        Message(Side.INSTRUCTOR, "released", who=Who.HOLDERS),
        Message(Side.BRANCH, "declined"),
    ),
    EventKind.WITHDRAWN: (
        Message(Side.INSTRUCTOR, "withdrawn"),
        Message(Side.BRANCH, "released", who=Who.HOLDERS),
    ),
    EventKind.EXPIRED: (Message(Side.INSTRUCTOR, "expired"), Message(Side.BRANCH, "expired")),
    EventKind.CANCELLED: (
        Message(Side.INSTRUCTOR, "cancelled", "CANCEL"),
        Message(Side.BRANCH, "cancelled", "CANCEL"),
    ),
    EventKind.DELIVERED: (),
    EventKind.RECORDED: (),
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
    EventKind.SUBMITTED: (
        Message(Side.BRANCH, "to_review", who=Who.REVIEWERS),
        Message(Side.BRANCH, "submitted"),
    ),
    EventKind.RETURNED: (Message(Side.BRANCH, "returned"),),
    EventKind.REJECTED: (Message(Side.BRANCH, "rejected"),),
    EventKind.NOT_HELD: (
        Message(Side.INSTRUCTOR, "not_held", "CANCEL"),
        Message(Side.BRANCH, "not_held", "CANCEL"),
    ),
    EventKind.UNDONE: (),  # As of the change that is taken back: see `messages`.
}
"""The instructor's message comes first: somebody who is the instructor and a contact of the branch
gets only the first one. It is true for both sides: it names both, and the branch's message about an
expired request would ask the instructor to choose another instructor."""


REMINDERS: dict[State, Message] = {
    State.SUBMITTED: Message(Side.BRANCH, "reminder", who=Who.REVIEWERS),
    State.RETURNED: Message(Side.BRANCH, "reminder"),
    State.REQUESTED: Message(Side.INSTRUCTOR, "reminder"),
}
"""Who is reminded of a lecture that waits in a state."""


def messages(event: LectureEvent) -> tuple[Message, ...]:
    """The messages about an event.

    An instructor gets no message about a request that was never passed on. Who was told of a change
    is told that it was taken back.
    """
    if event.kind is EventKind.UNDONE:
        return _of_undo(event)
    found = MESSAGES[event.kind]
    if event.kind is EventKind.REQUESTED and event.source is State.SUBMITTED:
        found = tuple(
            replace(one, template="passed_on") if one.side is Side.BRANCH else one for one in found
        )
    if event.source in REVIEW and event.kind is not EventKind.REQUESTED:
        found = tuple(one for one in found if one.side is not Side.INSTRUCTOR)
    return found


def _of_undo(event: LectureEvent) -> tuple[Message, ...]:
    row = taken_back(event.source, event.state)
    if row is None:
        return ()
    told = MESSAGES[row.event]
    if row.source in REVIEW and row.event is not EventKind.REQUESTED:
        told = tuple(one for one in told if one.side is not Side.INSTRUCTOR)
    method: Literal["REQUEST", "CANCEL"] | None = None
    if (row.source in PUBLISHED) is not (row.target in PUBLISHED):
        method = "REQUEST" if row.source in PUBLISHED else "CANCEL"
    return tuple(
        Message(one.side, "undone", method, Who.HOLDERS if one.who is Who.HOLDERS else Who.SIDE)
        for one in told
    )
