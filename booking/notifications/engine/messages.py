"""Which mails an event causes: recipients, templates and calendar methods. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from booking.lectures.engine.lifecycle import EventKind, Side


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of message to one side.

    `template` names the folder in templates/email; `method` is the iTIP method of the
    calendar part (RFC 5546), None for a plain message.
    """

    side: Side
    template: str
    method: str | None = None


MESSAGES: dict[EventKind, tuple[Message, ...]] = {
    EventKind.REQUESTED: (Message(Side.INSTRUCTOR, "requested"),),
    EventKind.CONFIRMED: (
        Message(Side.INSTRUCTOR, "confirmed", "REQUEST"),
        Message(Side.BRANCH, "confirmed", "REQUEST"),
    ),
    EventKind.DECLINED: (Message(Side.BRANCH, "declined"),),
    EventKind.WITHDRAWN: (Message(Side.INSTRUCTOR, "withdrawn"),),
    EventKind.EXPIRED: (Message(Side.BRANCH, "expired"), Message(Side.INSTRUCTOR, "expired")),
    EventKind.CANCELLED: (
        Message(Side.INSTRUCTOR, "cancelled", "CANCEL"),
        Message(Side.BRANCH, "cancelled", "CANCEL"),
    ),
    EventKind.DELIVERED: (),
}


def messages(kind: EventKind) -> tuple[Message, ...]:
    """The messages for an event of this kind."""
    return MESSAGES[kind]
