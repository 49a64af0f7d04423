"""Signed links with which one kind of message is turned off without signing in (RFC 8058). Pure.

A link does nothing else: it is for one person and one kind, and does not expire, for mail is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from email.policy import Policy
from typing import NamedTuple

from itsdangerous import BadSignature, URLSafeSerializer

from booking.notifications.choices.engine.ways import NECESSARY
from booking.notifications.engine.kinds import MessageKind

_SALT = "message-unsubscribe"


class Unsubscribing(NamedTuple):
    """Whose mail of which kind a link turns off."""

    user_id: int
    kind: MessageKind


def sign(link: Unsubscribing, secret: str) -> str:
    """The token of a link; ValueError for a kind that is necessary."""
    if link.kind in NECESSARY:
        raise ValueError("a necessary message cannot be turned off")
    return str(URLSafeSerializer(secret, salt=_SALT).dumps([link.user_id, link.kind.value]))


def read(token: str, secrets: Sequence[str]) -> Unsubscribing | None:
    """What a token turns off; None if it is not one. Any of the secrets may have signed it."""
    try:
        user_id, kind = URLSafeSerializer(list(secrets), salt=_SALT).loads(token)
        link = Unsubscribing(int(user_id), MessageKind(kind))
    except (BadSignature, ValueError, TypeError):
        return None
    return None if link.kind in NECESSARY else link


class WholeHeader(str):
    """The value of a mail header that is written as it is.

    Python's `email` would write a long address as encoded words (RFC 2047), in which no mail
    program looks for it; a line may have 998 characters (RFC 5322, section 2.1.1).
    """

    __slots__ = ("name",)
    name: str

    def fold(self, *, policy: Policy) -> str:
        """The header as one line."""
        return f"{self.name}: {self}{policy.linesep}"


def _whole(name: str, value: str) -> WholeHeader:
    header = WholeHeader(value)
    header.name = name
    return header


def headers(url: str) -> dict[str, str]:
    """The headers of a mail that can be turned off at `url`.

    One click needs https (RFC 8058, section 3.1); without it there is the link only (RFC 2369).
    """
    found: dict[str, str] = {"List-Unsubscribe": _whole("List-Unsubscribe", f"<{url}>")}
    if url.startswith("https://"):
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found
