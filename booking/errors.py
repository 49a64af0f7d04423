"""The family of refusals: each is a sentence for the user and an HTTP status.

A service raises one of these when it will not do what it was asked. The
sentence says what happened, why, and what to do now, and is translated when
it is shown, into the language of whoever is told.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

from booking.sentences import N_, plural

Text: TypeAlias = Any
"""A `Sentence`, a text, or a lazy text of Flask-Babel, which has no types."""


class DomainError(Exception):
    """A refusal; `sentence` is shown to the user, `status` is the HTTP status."""

    status: ClassVar[int] = 400
    sentence: Text = N_("This cannot be done.")

    def __init__(self, sentence: Text | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        super().__init__(type(self).__name__)

    @property
    def headers(self) -> dict[str, str]:
        """Headers of the answer beside the sentence."""
        return {}


class Invalid(DomainError):
    """A value that was sent does not fit; `field` names it where one is known."""

    status = 422

    def __init__(self, sentence: Text, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class Conflict(DomainError):
    """The state of things has moved on since the page was shown."""

    status = 409
    sentence = N_("Somebody changed this in the meantime. Please look again and repeat.")


class Forbidden(DomainError):
    """The person may not do this."""

    status = 403
    sentence = N_("You may not do this. Sign in with another account or ask your coordinator.")


class NotFound(DomainError):
    """There is no such thing, or not for this person."""

    status = 404
    sentence = N_("There is nothing at this address.")


class TryLater(DomainError):
    """Refused for now; `seconds` is how long to wait, which Retry-After tells programs."""

    status = 503

    def __init__(self, sentence: Text, seconds: int) -> None:
        super().__init__(sentence)
        self.seconds = max(1, seconds)

    @property
    def headers(self) -> dict[str, str]:
        """Retry-After in seconds (RFC 9110, section 10.2.3)."""
        return {"Retry-After": str(self.seconds)}


class TooManyRequests(TryLater):
    """A limit of requests was passed (RFC 6585, section 4)."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(_too_many(max(1, seconds)), seconds)


def _too_many(seconds: int) -> Text:
    if seconds <= 60:
        return plural(
            "Too many requests came from your network in a short time. Wait %(num)s second, then "
            "go on.",
            "Too many requests came from your network in a short time. Wait %(num)s seconds, then "
            "go on.",
            seconds,
        )
    return plural(
        "Too many requests came from your network in a short time. Wait %(num)s minute, then go "
        "on.",
        "Too many requests came from your network in a short time. Wait %(num)s minutes, then go "
        "on.",
        -(-seconds // 60),
    )
