"""Signed links with which somebody without an account follows the own nomination. Pure.

The link is shown once the nomination was sent, and stands in the mails about it. It holds for this
nomination alone, as long as the key of the installation is listed.
"""

from __future__ import annotations

from collections.abc import Sequence

from itsdangerous import BadSignature, URLSafeSerializer

_SALT = "nomination"


def sign(nomination_id: int, secret: str) -> str:
    """The token of a nomination."""
    return str(URLSafeSerializer(secret, salt=_SALT).dumps(nomination_id))


def read(token: str, secrets: Sequence[str]) -> int | None:
    """The nomination of a token; None if the signature is not of one of the secrets."""
    try:
        nomination_id = URLSafeSerializer(list(secrets), salt=_SALT).loads(token)
    except (BadSignature, ValueError):
        return None
    return nomination_id if type(nomination_id) is int else None
