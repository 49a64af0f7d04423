"""What people are told because of a mail that came back: the events. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from booking.outbox.engine.kinds import OutboxKind


class ReplyNotice(enum.StrEnum):
    """What is told."""

    STANDS = "stands"
    """To both sides: a calendar declined a confirmed lecture, which stands."""
    NOT_DONE = "not_done"
    """To the sender: what could not be done, and why."""
    UNCONFIRMED = "unconfirmed"
    """To the attendee: a reply in their name was not confirmed by the provider."""
    NOT_RELAYED = "not_relayed"
    """To the person to whom a mail was: an answer to it was not passed on."""


@dataclass(frozen=True, slots=True)
class ReplyTold:
    """Something is told to one user, or about one."""

    at: datetime
    notice: ReplyNotice
    user_id: int
    number: str
    """Of the lecture; empty for another message."""
    lecture_id: int | None
    why: str = ""
    """A sentence in the language of that user."""


@dataclass(frozen=True, slots=True)
class AddressReturned:
    """Mail to somebody is returned for the first time."""

    at: datetime
    user_id: int


REPLY_TOLD = OutboxKind("reply.told", ReplyTold)
ADDRESS_RETURNED = OutboxKind("reply.address_returned", AddressReturned)
