"""The family of refusals: each is a sentence for the user and an HTTP status.

A service raises one of these when it will not do what it was asked. The
sentence says what happened, why, and what to do now; it is a lazy gettext
string, so that it is read in the language of whoever is told.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

from flask_babel import lazy_gettext as _

Sentence: TypeAlias = Any
"""A text or a lazy text of Flask-Babel, which has no types."""


class DomainError(Exception):
    """A refusal; `sentence` is shown to the user, `status` is the HTTP status."""

    status: ClassVar[int] = 400
    sentence: Sentence = _("This cannot be done.")

    def __init__(self, sentence: Sentence | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        super().__init__(type(self).__name__)


class Invalid(DomainError):
    """A value that was sent does not fit; `field` names it where one is known."""

    status = 422

    def __init__(self, sentence: Sentence, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class Conflict(DomainError):
    """The state of things has moved on since the page was shown."""

    status = 409
    sentence = _("Somebody changed this in the meantime. Please look again and repeat.")


class Forbidden(DomainError):
    """The person may not do this."""

    status = 403
    sentence = _("You may not do this. Sign in with another account or ask your coordinator.")


class NotFound(DomainError):
    """There is no such thing, or not for this person."""

    status = 404
    sentence = _("There is nothing at this address.")
