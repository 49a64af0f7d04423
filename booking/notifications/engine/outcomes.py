"""What a transport raises: that nothing, or that one message, can be sent. Pure."""

from __future__ import annotations


class Unusable(Exception):
    """Raised when no message at all can be sent now; the text contains no address."""


class Final(Exception):
    """Raised when one message will never be accepted: it is not tried again."""
