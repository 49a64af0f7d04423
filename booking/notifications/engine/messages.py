"""Which mails an event causes: recipients, templates and calendar methods. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from booking.lectures.engine.states import EventKind, Side


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of message to one side.

    `template` names the folder in templates/email; `method` is the iTIP method of the
    calendar part (RFC 5546), None for a plain message.
    """

    side: Side
    template: str
    method: Literal["REQUEST", "CANCEL"] | None = None


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
    EventKind.PROPOSED: (),
    EventKind.AGREED: (),
    EventKind.PROPOSAL_REFUSED: (),
    EventKind.PROPOSAL_RETRACTED: (),
    EventKind.PROPOSAL_LAPSED: (),
    EventKind.MOVED: (),
    EventKind.REPLACED: (),
    EventKind.UNDONE: (),
}
"""The instructor's message comes first: somebody who is the instructor and a contact of the branch
gets only the first one. It is true for both sides: it names both, and the branch's message about an
expired request would ask the instructor to choose another instructor."""


def messages(kind: EventKind) -> tuple[Message, ...]:
    """The messages for an event of this kind."""
    return MESSAGES[kind]
