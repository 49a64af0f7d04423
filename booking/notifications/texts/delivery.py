"""The transport of text messages with the clock of this process, as a route of deliveries."""

from __future__ import annotations

from booking import clock
from booking.notifications.texts.sender import TextTransport


def text_transport() -> TextTransport:
    """The transport of one round."""
    return TextTransport(lambda: clock.now())
