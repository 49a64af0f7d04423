"""The signature of the HTTP hook: HMAC-SHA256 (RFC 2104) over the time and the body. Pure."""

from __future__ import annotations

import hashlib
import hmac

VERSION = "v1"
TIMESTAMP_HEADER, SIGNATURE_HEADER, KEY_HEADER = (
    "Yueke-Timestamp",
    "Yueke-Signature",
    "Idempotency-Key",
)


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """`v1=` and the hexadecimal HMAC over `TIMESTAMP.BODY`; `timestamp` in seconds since 1970."""
    signed = f"{timestamp}.".encode() + body
    return f"{VERSION}={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
