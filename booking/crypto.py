"""Encryption of stored secrets, and keyed hashes, with keys derived from SECRET_KEY.

A copy of the database without the installation's settings reveals neither.
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
    """The text was encrypted with a key that is no longer listed, or for another purpose."""


class Box:
    """Encrypts texts for one purpose (Fernet); each purpose has its own keys (HKDF, RFC 5869).

    The first secret encrypts; all of them decrypt, so that a secret can be rotated.
    """

    def __init__(self, secrets: Sequence[str], *, purpose: str) -> None:
        self._keys = MultiFernet([Fernet(derived_key(secret, purpose)) for secret in secrets])

    def seal(self, text: str) -> str:
        """The encrypted text; it differs each time."""
        return self._keys.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The decrypted text; raises `CannotOpen`."""
        try:
            return self._keys.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise CannotOpen() from None

    def renew(self, sealed: str) -> str:
        """The text encrypted again with the first secret; raises `CannotOpen`."""
        return self.seal(self.open(sealed))


def fingerprint(secret: str, text: str, *, purpose: str) -> str:
    """A keyed hash of a text, 64 hexadecimal digits, to compare texts without storing them.

    HMAC-SHA256 (RFC 2104), because texts such as network addresses are few enough to enumerate.
    """
    return hmac.new(derived_key(secret, purpose), text.encode(), hashlib.sha256).hexdigest()


@cache
def derived_key(secret: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, in URL-safe base64 (HKDF, RFC 5869)."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"yueke:{purpose}".encode())
    return base64.urlsafe_b64encode(derive.derive(secret.encode()))
