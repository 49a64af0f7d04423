"""Signed links by which a named attendee takes themselves off, without an account. Pure.

A link does nothing else and does not expire: it ends with the row that it is for. The instant is
part of it because a database may use the id of a deleted row again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from itsdangerous import BadSignature, URLSafeSerializer

_SALT = "attendee-leave"


class Leaving(NamedTuple):
    """Which attendee a link takes off: its id, and the aware instant at which it was named."""

    attendee_id: int
    named_at: datetime


def sign(link: Leaving, secret: str) -> str:
    """The token of a link."""
    values = [link.attendee_id, link.named_at.isoformat()]
    return str(URLSafeSerializer(secret, salt=_SALT).dumps(values))


def read(token: str, secrets: Sequence[str]) -> Leaving | None:
    """Whom a token takes off; None if it is not one. Any of the secrets may have signed it."""
    try:
        attendee_id, named_at = URLSafeSerializer(list(secrets), salt=_SALT).loads(token)
        return Leaving(int(attendee_id), datetime.fromisoformat(named_at))
    except (BadSignature, ValueError, TypeError):
        return None
