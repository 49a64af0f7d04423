"""Domain errors: each has a sentence for the user and an HTTP status.

A service raises one of these to refuse an operation. The sentence says what happened, why, and
what to do now, and is translated when it is rendered, into the language of the reader.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

from booking.sentences import N_, plural

Text: TypeAlias = Any
"""A `Sentence`, a str, or a lazy string of Flask-Babel, which has no type."""


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
        """Additional headers of the response."""
        return {}


class Invalid(DomainError):
    """A submitted value is invalid; `field` is the name of the form field, if known."""

    status = 422

    def __init__(self, sentence: Text, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class Conflict(DomainError):
    """The data have been changed since the page was rendered."""

    status = 409
    sentence = N_("Somebody changed this in the meantime. Please look again and repeat.")


class Forbidden(DomainError):
    """The user lacks the permission."""

    status = 403
    sentence = N_("You may not do this. Sign in with another account or ask your coordinator.")


class NotFound(DomainError):
    """The object does not exist, or the user may not see it."""

    status = 404
    sentence = N_("There is nothing at this address.")


class TryLater(DomainError):
    """Refused temporarily; `seconds` until a retry makes sense, sent as Retry-After."""

    status = 503

    def __init__(self, sentence: Text, seconds: int) -> None:
        super().__init__(sentence)
        self.seconds = max(1, seconds)

    @property
    def headers(self) -> dict[str, str]:
        """Retry-After in seconds (RFC 9110, section 10.2.3)."""
        return {"Retry-After": str(self.seconds)}


class TooManyRequests(TryLater):
    """A rate limit was exceeded (RFC 6585, section 4)."""

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
