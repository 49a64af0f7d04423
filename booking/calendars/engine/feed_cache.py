"""The last good body of each feed, kept in this process. Pure.

It answers while nothing has moved, and when the database is in trouble.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock


@dataclass(frozen=True)
class Kept:
    """A body and the ETag that names it."""

    etag: str
    body: bytes

    @cached_property
    def packed(self) -> bytes:
        """The body as gzip, packed once; without a time, so that it is always the same bytes."""
        return gzip.compress(self.body, mtime=0)


class LastGood:
    """At most `most` bodies; those asked for longest ago leave first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Kept | None:
        """The body under a key."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: str, etag: str, body: bytes) -> Kept:
        """Keep a body and hand it back."""
        with self._lock:
            kept = self._kept[key] = Kept(etag, body)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return kept

    def forget(self, key: str) -> None:
        """Drop a body, when its address was revoked."""
        with self._lock:
            self._kept.pop(key, None)
