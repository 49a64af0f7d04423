"""Refusals of contacts."""

from __future__ import annotations

from booking.errors import Conflict, Invalid, NotFound, TryLater
from booking.sentences import N_, plural


class NothingToShow(NotFound):
    """There is no contact, or it may not be shown to this reader now."""

    sentence = N_(
        "There is no contact that you could be shown here: none is kept, it is not released, or "
        "the period is over. You can send a message or ask for the contact."
    )


class RevealLimit(TryLater):
    """Somebody was shown the contacts of as many people as a day allows."""

    status = 429

    def __init__(self, limit: int, seconds: int) -> None:
        super().__init__(
            plural(
                "You were shown the contact of %(num)s person within a day, which is the "
                "limit. Try again tomorrow, or send a message instead.",
                "You were shown the contacts of %(num)s people within a day, which is the "
                "limit. Try again tomorrow, or send a message instead.",
                limit,
            ),
            seconds,
        )


class MessageLimit(TryLater):
    """Somebody sent as many messages and requests as a day allows."""

    status = 429

    def __init__(self, limit: int, seconds: int) -> None:
        super().__init__(
            plural(
                "You sent %(num)s message or request within a day, which is the limit. Try "
                "again tomorrow.",
                "You sent %(num)s messages or requests within a day, which is the limit. Try "
                "again tomorrow.",
                limit,
            ),
            seconds,
        )


class NobodyToTell(Conflict):
    """The other side has no account, so that no message reaches it."""

    sentence = N_(
        "Nobody on the other side has an account, so no message arrives. Ask for the contact: the "
        "coordinator answers."
    )


class ContactTaken(Conflict):
    """The same contact is there already."""

    sentence = N_("This contact is kept already.")


def case_too_long(most: int) -> Invalid:
    """A reason that is too long, on its field."""
    return Invalid(N_("This is too long: at most %(max)s characters.", max=most), field="reason")
