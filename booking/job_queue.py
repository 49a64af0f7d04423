"""The task queue, whose messages are signed: what this installation did not write is not run.

Huey's messages are pickles, and reading a pickle runs what it says. So a message is read only
if its HMAC was made with a key of this installation: whoever can write to the queue's storage
can delay work, but cannot have anything run.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer
from huey.storage import BaseStorage

from booking.crypto import derived_key

logger = logging.getLogger(__name__)

REMOVED = "a message in the task queue was not signed by this installation; it was removed"
PURPOSE = "task queue"
NAME = "yueke"

MOST_FORGED = 1000
"""How many forged messages are removed in one go; then the worker looks whether to stop."""


class Forged(ValueError):
    """A message that was not signed with a key of this installation, or that is damaged."""


class Signatures(SignedSerializer):  # type: ignore[misc]
    """Signs with the newest secret, and accepts earlier ones while a secret is being changed."""

    def __init__(self, secrets: Sequence[str]) -> None:
        newest, *earlier = [derived_key(secret, PURPOSE) for secret in secrets]
        super().__init__(secret=newest, salt=PURPOSE)
        self._earlier = [SignedSerializer(secret=key, salt=PURPOSE) for key in earlier]

    def _unsign(self, signed: bytes) -> bytes:
        """The message itself; raises `Forged`."""
        for one in (super(), *self._earlier):
            try:
                return bytes(one._unsign(signed))  # noqa: SLF001
            except (ValueError, TypeError):
                continue
        raise Forged("not signed by this installation")


class SignedQueue(Huey):  # type: ignore[misc]
    """A queue that removes forged messages, each with one line of log, and goes on."""

    def dequeue(self) -> Any:
        """The next message that this installation has written, or None."""
        for _message in range(MOST_FORGED):
            try:
                return super().dequeue()
            except Forged:
                logger.warning(REMOVED)
        return None

    def is_revoked(self, task: Any, timestamp: Any = None, peek: bool = True) -> bool:
        """Nothing here is ever revoked, so what the storage says about that is not read."""
        return False

    def _deserialize_all(self, messages: Iterable[bytes]) -> list[Any]:
        """Of messages that were taken from the schedule, those that this installation wrote."""
        found = []
        for message in messages:
            try:
                found.append(self.deserialize_task(message))
            except Forged:
                logger.warning(REMOVED)
        return found

    def get(self, key: str, peek: bool = False) -> Any:
        """A stored value that this installation has written, or None."""
        try:
            return super().get(key, peek)
        except Forged:
            logger.warning(REMOVED)
            self.delete(key)
            return None


def queue_at(url: str, secrets: Sequence[str]) -> SignedQueue:
    """The queue at `url` (sqlite:///PATH, redis://…, postgresql://…); see `Signatures`."""
    storage, place = _storage(url)
    signatures = Signatures(secrets)
    return SignedQueue(NAME, storage_class=storage, serializer=signatures, **place)


def _storage(url: str) -> tuple[type[BaseStorage], dict[str, str]]:
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return SqliteHuey.storage_class, {"filename": unquote(url.removeprefix("sqlite:///"))}
    if scheme == "postgresql":
        return PostgresHuey.storage_class, {"dsn": url}
    return RedisHuey.storage_class, {"url": url}
