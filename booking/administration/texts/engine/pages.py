"""The text pages of an installation. Pure."""

from __future__ import annotations

import enum

from booking.errors import Invalid
from booking.sentences import N_
from booking.text import without_controls

LONGEST = 20_000
"""Most characters of one page."""


class TextPage(enum.StrEnum):
    """A page whose text the administrator writes; its value is its path."""

    ABOUT = "about"
    PRIVACY = "privacy"
    CONTACT = "contact"


def checked(body: str) -> str:
    """The text as it is stored; raises `Invalid` if it is too long."""
    body = without_controls(body).strip()
    if len(body) > LONGEST:
        raise Invalid(
            N_("This text is too long: at most %(count)s characters.", count=LONGEST), field="body"
        )
    return body
