"""In-process LRU cache of the last good body of each feed. Pure.

Serves unchanged feeds, and outages of the database.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock


@dataclass(frozen=True)
class Kept:
    """A cached body and its ETag."""

    etag: str
    body: bytes
    copied: bool = False
    """Whether a copy is on disk: where it is gone, the feed was revoked (`stored_bodies`)."""

    @cached_property
    def packed(self) -> bytes:
        """The gzip body, compressed once; with mtime 0, so that the bytes are reproducible."""
        return gzip.compress(self.body, mtime=0)


class LastGood:
    """A thread-safe LRU cache of at most `most` bodies."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Kept | None:
        """The cached body for a key, or None."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def keep(self, key: str, etag: str, body: bytes, *, copied: bool = False) -> Kept:
        """Store a body and return its entry."""
        with self._lock:
            kept = self._kept[key] = Kept(etag, body, copied)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return kept

    def forget(self, key: str) -> None:
        """Remove a body, when its feed was revoked."""
        with self._lock:
            self._kept.pop(key, None)
