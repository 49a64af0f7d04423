"""Make a picture small and return it; runs in a child process."""

from __future__ import annotations

from booking.entries.portraits.engine.answers import RefusedPicture, WhyRefused, made, refused
from booking.entries.portraits.engine.pictures import small_square


def main(data: bytes) -> bytes:
    """The answer to an uploaded file (`engine.answers`)."""
    try:
        return made(small_square(data))
    except RefusedPicture as error:
        return refused(error.why)
    except (MemoryError, RecursionError):
        return refused(WhyRefused.UNREADABLE)
