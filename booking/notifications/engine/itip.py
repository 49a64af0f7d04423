"""What a message about a lecture does to its reader's calendar (RFC 5546). Pure."""

from __future__ import annotations

import enum
from typing import Literal

from booking.lectures.engine.events import LectureEvent
from booking.lectures.engine.states import EventKind, State
from booking.lectures.engine.transitions import PUBLISHED
from booking.notifications.engine.messages import REMINDERS, Message, Who

Method = Literal["REQUEST", "CANCEL"]


class Entry(enum.Enum):
    """What the calendar part of a message says of the lecture."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"

    @property
    def method(self) -> Method:
        """The iTIP method that says it."""
        return "CANCEL" if self is Entry.CANCELLED else "REQUEST"


def entry_of(event: LectureEvent, message: Message, *, wants: bool, holds: bool) -> Entry | None:
    """The calendar part of a message for one reader; None for a message without one.

    `wants` tells whether this reader takes requests into the calendar before they are confirmed,
    `holds` whether an earlier mail put this lecture there. Whoever holds an entry of a request that
    came to nothing gets it cancelled; others get no CANCEL of what they never had.
    """
    if message.who is Who.EARLIER:
        return Entry.CANCELLED if holds or event.source in PUBLISHED else None
    if _asks(event, message) and wants:
        return Entry.TENTATIVE
    if message.method is not None:
        return Entry.CONFIRMED if message.method == "REQUEST" else Entry.CANCELLED
    over = event.state not in PUBLISHED and event.state is not State.REQUESTED
    return Entry.CANCELLED if over and holds else None


def _asks(event: LectureEvent, message: Message) -> bool:
    """Whether the message is about a request that has just begun to wait for the instructor."""
    begun = event.kind in (EventKind.REQUESTED, EventKind.UNDONE)
    return begun and event.state is State.REQUESTED and message not in REMINDERS.values()
