"""What is read of one mail: values that the rest of the feature decides by. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

MOST_BYTES = 2 * 1024 * 1024
"""Largest mail that is read; larger ones are put aside unread. An answer needs a hundredth."""

LONGEST_TEXT = 20_000
"""Characters of a body that are looked at; what a person types is limited further down."""

LONGEST_HEADER = 2000
MOST_REFERENCES = 20


class Malformed(Exception):
    """The mail cannot be read; it is put aside."""


class Method(enum.StrEnum):
    """The methods of calendar mails that come back (RFC 5546, 3.2.3 and 3.2.7)."""

    REPLY = "REPLY"
    COUNTER = "COUNTER"


class Participation(enum.StrEnum):
    """What an attendee answers (RFC 5545, 3.2.12), as far as it matters here."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    OTHER = "other"
    """Not answered, delegated, or unknown."""


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """A REPLY or COUNTER about one event."""

    method: Method
    uid: str
    sequence: int
    stamped_at: datetime
    """DTSTAMP, aware: orders the replies of one attendee (RFC 5546, 2.1.5)."""
    attendee: str
    """The address in lower case."""
    answer: Participation
    starts: str = ""
    ends: str = ""
    """DTSTART and DTEND in ISO 8601, naive if floating; empty if there is none."""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What a report of delivery says of one recipient (RFC 3464, 2.3)."""

    addresses: tuple[str, ...]
    """Of Final-Recipient and Original-Recipient, in lower case; the first is that of a server to
    which the mail was forwarded, if it was."""
    status: str
    """The enhanced status code (RFC 3463), such as 5.1.1."""
    permanent: bool


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report of delivery about one mail of ours (RFC 3464)."""

    message_id: str
    """Of the mail that is returned; empty if the report does not name it."""
    recipients: tuple[RecipientReport, ...]
    """To whom it was not delivered, or not yet."""

    def about(self, address: str) -> RecipientReport | None:
        """What it says of an address; None if it says nothing of it."""
        wanted = address.lower()
        return next((one for one in self.recipients if wanted in one.addresses), None)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail."""

    digest: str
    """SHA-256 of Message-ID and body: by it a mail is handled once, whatever way it came."""
    sender: str
    """The only address of From in lower case; empty if there is none or there are several."""
    refers_to: tuple[str, ...] = ()
    """Message-IDs of In-Reply-To, then of References, newest first."""
    automatic: bool = False
    """Whether a program wrote it (RFC 3834)."""
    authentication: str = ""
    """The topmost Authentication-Results (RFC 8601), which the receiving server added last."""
    reply: CalendarReply | None = None
    bounce: Bounce | None = None
    text: str = ""
    """What was typed, without what is quoted and without a signature."""
    attachments: int = 0
