"""The task queue with signed messages: messages of other origin are not executed.

Huey's messages are pickles, and loading a pickle can execute code. So a message is loaded only if
its HMAC was made with a key of this installation: write access to the queue's storage suffices to
delay jobs, but not to execute code.
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
"""Forged messages removed by one `dequeue`; then the worker checks whether to stop."""


class Forged(ValueError):
    """A message whose signature is not of this installation, or is damaged."""


class Signatures(SignedSerializer):  # type: ignore[misc]
    """Signs with the newest secret, and accepts earlier ones during a key rotation."""

    def __init__(self, secrets: Sequence[str]) -> None:
        newest, *earlier = [derived_key(secret, PURPOSE) for secret in secrets]
        super().__init__(secret=newest, salt=PURPOSE)
        self._earlier = [SignedSerializer(secret=key, salt=PURPOSE) for key in earlier]

    def _unsign(self, signed: bytes) -> bytes:
        """The message without its signature; raises `Forged`."""
        for serializer in (super(), *self._earlier):
            try:
                return bytes(serializer._unsign(signed))  # noqa: SLF001
            except (ValueError, TypeError):
                continue
        raise Forged("not signed by this installation")


class SignedQueue(Huey):  # type: ignore[misc]
    """A queue that removes forged messages with a log line each, and continues."""

    def dequeue(self) -> Any:
        """The next genuine message, or None."""
        for _message in range(MOST_FORGED):
            try:
                return super().dequeue()
            except Forged:
                logger.warning(REMOVED)
        return None

    def is_revoked(self, task: Any, timestamp: Any = None, peek: bool = True) -> bool:
        """Always false: no task is ever revoked, so the flag in the storage is not read."""
        return False

    def _deserialize_all(self, messages: Iterable[bytes]) -> list[Any]:
        """The genuine ones among the messages taken from the schedule."""
        tasks = []
        for message in messages:
            try:
                tasks.append(self.deserialize_task(message))
            except Forged:
                logger.warning(REMOVED)
        return tasks

    def get(self, key: str, peek: bool = False) -> Any:
        """The stored value of a key if it is genuine, else None."""
        try:
            return super().get(key, peek)
        except Forged:
            logger.warning(REMOVED)
            self.delete(key)
            return None


def queue_at(url: str, secrets: Sequence[str]) -> SignedQueue:
    """The queue at `url` (sqlite:///PATH, redis://…, postgresql://…); see `Signatures`."""
    storage, options = _storage(url)
    signatures = Signatures(secrets)
    return SignedQueue(NAME, storage_class=storage, serializer=signatures, **options)


def _storage(url: str) -> tuple[type[BaseStorage], dict[str, str]]:
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return SqliteHuey.storage_class, {"filename": unquote(url.removeprefix("sqlite:///"))}
    if scheme == "postgresql":
        return PostgresHuey.storage_class, {"dsn": url}
    return RedisHuey.storage_class, {"url": url}
