"""Tokens of links: the id and a keyed hash, so that no stored value opens a page. Pure.

A token is short enough to be typed: digits, a hyphen, and 24 characters of base32 (RFC 4648,
section 6) in lower case, which are 120 bits.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from booking.crypto import fingerprint
from booking.listener_links.engine.purposes import LinkPurpose

_BYTES = 15
_TOKEN = re.compile(r"([1-9][0-9]{0,8})-([a-z2-7]{24})", re.ASCII)


@dataclass(frozen=True, slots=True)
class LinkKey:
    """What a token is made from."""

    link_id: int
    purpose: LinkPurpose
    nonce: str
    """Changes when a closed link is opened again: the old token is then nothing."""


def token_for(key: LinkKey, secret: str) -> str:
    """The token of a link."""
    text = f"{key.link_id} {key.purpose.value} {key.nonce}"
    digest = bytes.fromhex(fingerprint(secret, text, purpose="listener link"))
    return f"{key.link_id}-{base64.b32encode(digest[:_BYTES]).decode().lower()}"


def id_in(token: str) -> int | None:
    """The id of the link that a token names; None if it has another form. Proves nothing."""
    found = _TOKEN.fullmatch(token.lower())
    return int(found[1]) if found else None


def is_of(token: str, key: LinkKey, secrets: Sequence[str]) -> bool:
    """Whether a token was made from this key with one of the secrets, in constant time."""
    sent = token.lower().encode()
    return any(hmac.compare_digest(sent, token_for(key, secret).encode()) for secret in secrets)
