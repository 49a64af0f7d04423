"""What a transport raises: that nothing, or that one message, can be sent. Pure."""

from __future__ import annotations


class Unusable(Exception):
    """Raised when no message at all can be sent now; the text contains no address."""


class Final(Exception):
    """Raised when one message will never be accepted: it is not tried again."""


def code_of(error: Exception) -> str:
    """The code of a failure; of another exception its type."""
    return str(getattr(error, "code", type(error).__name__))


def is_final(error: Exception, attempts: int) -> bool:
    """Whether a message is given up after this many attempts: the error itself may say so."""
    most: int | None = getattr(error, "most_attempts", None)
    return isinstance(error, Final) or (most is not None and attempts >= most)
