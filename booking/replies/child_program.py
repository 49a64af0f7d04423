"""Reads one mail in a child process (`process/child.py`); imports neither Flask nor a database."""

from __future__ import annotations

import json

from booking import json_values
from booking.replies.engine.contents import Malformed
from booking.replies.engine.mail import read_mail


def main(raw: bytes) -> bytes:
    """The mail as JSON values; `null` if it cannot be read."""
    try:
        return json.dumps(json_values.write(read_mail(raw))).encode()
    except Malformed:
        return b"null"
