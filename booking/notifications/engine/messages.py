"""Which mails an event causes: recipients, templates and calendar methods. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.lifecycle import taken_back
from booking.lectures.engine.readers import REVIEW
from booking.lectures.engine.states import EventKind, Side, State
from booking.lectures.engine.transitions import PUBLISHED


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of message to one side.

    `template` names the folder in templates/email; `method` is the iTIP method of the
    calendar part (RFC 5546), None for a plain message.
    """

    side: Side
    template: str
    method: Literal["REQUEST", "CANCEL"] | None = None
    reviewers: bool = False
    """Whether it goes to the coordinators of the branch's region instead of its contacts."""


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
    EventKind.SUBMITTED: (
        Message(Side.BRANCH, "to_review", reviewers=True),
        Message(Side.BRANCH, "submitted"),
    ),
    EventKind.RETURNED: (Message(Side.BRANCH, "returned"),),
    EventKind.REJECTED: (Message(Side.BRANCH, "rejected"),),
    EventKind.NOT_HELD: (
        Message(Side.INSTRUCTOR, "not_held", "CANCEL"),
        Message(Side.BRANCH, "not_held", "CANCEL"),
    ),
    EventKind.PROPOSED: (),
    EventKind.AGREED: (),
    EventKind.PROPOSAL_REFUSED: (),
    EventKind.PROPOSAL_RETRACTED: (),
    EventKind.PROPOSAL_LAPSED: (),
    EventKind.MOVED: (),
    EventKind.REPLACED: (),
    EventKind.UNDONE: (),  # As of the change that is taken back: see `messages`.
}
"""The instructor's message comes first: somebody who is the instructor and a contact of the branch
gets only the first one. It is true for both sides: it names both, and the branch's message about an
expired request would ask the instructor to choose another instructor."""


REMINDERS: dict[State, Message] = {
    State.SUBMITTED: Message(Side.BRANCH, "reminder", reviewers=True),
    State.RETURNED: Message(Side.BRANCH, "reminder"),
    State.REQUESTED: Message(Side.INSTRUCTOR, "reminder"),
}
"""Who is reminded of a lecture that waits in a state."""


def messages(event: LectureEvent) -> tuple[Message, ...]:
    """The messages about an event.

    An instructor hears nothing of a request that was never passed on. Who was told of a change is
    told that it was taken back.
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
    return tuple(Message(one.side, "undone", method) for one in told)
