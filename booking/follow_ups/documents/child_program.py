"""Make a picture anew and return it, or nothing; runs in a child process."""

from __future__ import annotations

from booking.follow_ups.documents.engine.pictures import UnreadablePicture, plain_picture


def main(data: bytes) -> bytes:
    """The JPEG of an uploaded picture; empty if none can be made."""
    try:
        return plain_picture(data)
    except (UnreadablePicture, MemoryError, RecursionError):
        return b""
