"""Which mails an event causes: recipients, templates and calendar methods. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from booking.lectures.engine.events import Kind


class Side(enum.StrEnum):
    """The recipients of a message."""

    BRANCH = "branch"
    INSTRUCTOR = "instructor"


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of message to one side.

    `template` names the folder in templates/email; `method` is the iTIP method of the
    calendar part (RFC 5546), None for a plain message.
    """

    side: Side
    template: str
    method: str | None = None


MESSAGES: dict[Kind, tuple[Message, ...]] = {
    Kind.REQUESTED: (Message(Side.INSTRUCTOR, "requested"),),
    Kind.CONFIRMED: (
        Message(Side.INSTRUCTOR, "confirmed", "REQUEST"),
        Message(Side.BRANCH, "confirmed", "REQUEST"),
    ),
    Kind.DECLINED: (Message(Side.BRANCH, "declined"),),
    Kind.WITHDRAWN: (Message(Side.INSTRUCTOR, "withdrawn"),),
    Kind.EXPIRED: (Message(Side.BRANCH, "expired"), Message(Side.INSTRUCTOR, "expired")),
    Kind.CANCELLED: (
        Message(Side.INSTRUCTOR, "cancelled", "CANCEL"),
        Message(Side.BRANCH, "cancelled", "CANCEL"),
    ),
    Kind.DELIVERED: (),
}


def messages(kind: Kind) -> tuple[Message, ...]:
    """The messages for an event of this kind."""
    return MESSAGES[kind]
