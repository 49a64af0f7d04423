"""Secrets that must be read again are stored sealed, by a key made from SECRET_KEY.

Whoever holds a copy of the database without the installation's settings reads nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class CannotOpen(Exception):
    """It was sealed with a key that is not known any more, or for another purpose."""


class Box:
    """Seals texts for one purpose: what was sealed for one opens for no other.

    The first secret seals; each of them opens, so that a secret can be changed. (RFC 5869.)
    """

    def __init__(self, secrets: Sequence[str], *, purpose: str) -> None:
        self._keys = MultiFernet([Fernet(derived_key(secret, purpose)) for secret in secrets])

    def seal(self, text: str) -> str:
        """A text without meaning, another one each time."""
        return self._keys.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text; raises `CannotOpen`."""
        try:
            return self._keys.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise CannotOpen() from None

    def renew(self, sealed: str) -> str:
        """The same, sealed with the first secret; raises `CannotOpen`."""
        return self.seal(self.open(sealed))


def fingerprint(secret: str, text: str, *, purpose: str) -> str:
    """A keyed hash of a text, 64 hexadecimal digits: equal texts are found, none is read.

    HMAC-SHA256 (RFC 2104), because texts such as network addresses are few enough to be tried.
    """
    return hmac.new(derived_key(secret, purpose), text.encode(), hashlib.sha256).hexdigest()


@cache
def derived_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose, in URL-safe base64: a key of one opens nothing of another."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"yueke:{purpose}".encode())
    return base64.urlsafe_b64encode(derive.derive(secret.encode()))
