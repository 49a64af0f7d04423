"""What became of a mail. Pure."""

from __future__ import annotations

import enum


class MailOutcome(enum.StrEnum):
    """The outcomes of one incoming mail, by the names under which they are stored."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    STANDS = "stands"
    """Declined, but the lecture is confirmed: both sides are asked."""
    PROPOSED = "proposed"
    NOTED = "noted"
    """A calendar reply that changes nothing."""
    RELAYED = "relayed"
    RETURNED = "returned"
    """A report that an address is wrong."""
    DELAYED = "delayed"
    """A report of a failure that may pass."""
    NOT_DONE = "not_done"
    """Refused by the rules of the pages; the sender was told why."""
    FORGED = "forged"
    UNCONFIRMED = "unconfirmed"
    STALE = "stale"
    FOREIGN = "foreign"
    """Refers to nothing of this installation."""
    AUTOMATIC = "automatic"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    FAILED = "failed"
    """Reading it raised an error several times."""


STAYS = frozenset(
    {
        MailOutcome.FOREIGN,
        MailOutcome.MALFORMED,
        MailOutcome.TOO_LARGE,
        MailOutcome.FAILED,
    }
)
"""Mail that is left where it lies, for people to look at; all other mail is deleted."""
