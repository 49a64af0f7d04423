"""The transport of text messages: the service in force, or none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from booking.crypto import CannotOpen
from booking.db import unit_of_work
from booking.notifications.engine.outcomes import Unusable
from booking.notifications.texts import content, service
from booking.notifications.texts.content import TextContent
from booking.notifications.texts.engine.wordings import TextTemplate
from booking.notifications.texts.services import hook, tencent
from booking.notifications.texts.services.outcomes import AnswerLost, NeverAccepted, NumberStopped
from booking.settings import text_service
from booking.settings.engine.text_declarations import TextService

logger = logging.getLogger(__name__)


class TextSender(Protocol):
    """A service that sends text messages."""

    def missing(self) -> str | None:
        """The name of a setting without which nothing can be sent, or None."""

    def send(self, phone: str, content: TextContent) -> None:
        """Send one message, or raise what `outcomes` has."""


def sender(now: Callable[[], datetime]) -> TextSender | None:
    """The service in force; None: there is none."""
    match text_service.chosen():
        case TextService.TENCENT:
            return tencent.Tencent(tencent.account())
        case TextService.HOOK:
            return hook.Hook(hook.address(), now)
    return None


class TextTransport:
    """Hands the deliveries of the channel over, as `transmission.transports.Transport` says."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._sender: TextSender | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a service; each message has a connection of its own."""
        return self._sender is not None

    def open(self) -> None:
        """Read the settings; raises `Unusable` where something is missing."""
        used = sender(self._now)
        missing = "service" if used is None else used.missing()
        if missing is not None:
            raise Unusable(f"not set: {missing}")
        self._sender = used

    def hand_over(self, delivery_id: int, sender: str, recipient: str, message: bytes) -> None:
        """Send one text; `sender` is the service's own."""
        assert self._sender is not None
        try:
            told = content.read(message)
        except (CannotOpen, ValueError, KeyError, TypeError):
            raise NeverAccepted("Unreadable") from None
        if told.until is not None and told.until <= self._now():
            raise NeverAccepted("TooLate")
        try:
            self._sender.send(recipient, told)
        except NumberStopped:
            with unit_of_work() as session:
                service.note_refused_number(session, recipient, now=self._now())
            raise
        except AnswerLost as error:
            if told.template is TextTemplate.CODE:
                # Another code is asked for sooner than this one could come twice.
                raise NeverAccepted(error.code) from None
            raise

    def close(self) -> None:
        """Nothing to close."""
