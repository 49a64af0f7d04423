"""Sides and limits of messages that are passed on, and their event. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from booking.errors import Invalid
from booking.outbox.engine.kinds import OutboxKind
from booking.sentences import N_
from booking.text import is_blank

LONGEST_MESSAGE = 1000


class ThreadSide(enum.StrEnum):
    """The two sides of a thread."""

    BRANCH = "branch"
    INSTRUCTOR = "instructor"

    @property
    def other(self) -> ThreadSide:
        """The side that a message of this one goes to."""
        return ThreadSide.INSTRUCTOR if self is ThreadSide.BRANCH else ThreadSide.BRANCH


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A message was sent. The handler reads its text, which must not be kept twice."""

    at: datetime
    thread_id: int
    message_id: int


MESSAGE_SENT = OutboxKind("contact.message_sent", MessageSent)


def check_text(text: str) -> None:
    """Raise `Invalid` (422) for an empty or too long message."""
    if is_blank(text):
        raise Invalid(N_("Write what you want to say."), field="text")
    if len(text) > LONGEST_MESSAGE:
        raise Invalid(
            N_("This is too long: at most %(max)s characters.", max=LONGEST_MESSAGE), field="text"
        )
