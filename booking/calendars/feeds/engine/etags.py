"""The ETag of a feed: everything on which its body depends (calendar rule 6). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

FORMAT_VERSION = 2
"""Increment it when the same lectures give another body. The texts of VEVENTs are stored: where
these change, they are also written again."""


def digest(*facts: object) -> str:
    """A short hash of values, the same in every process."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def digest_of_rows(rows: Iterable[tuple[int, int]]) -> str:
    """The hash of the ids and revisions of many events, in their order."""
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()[:16]


def etag(feed_id: int, state: str, today: date, *facts: object) -> str:
    """The ETag of a body: changes with its lectures, daily (as the window moves), with `facts`."""
    return f"{feed_id}-{state}-{today:%Y%m%d}-{digest(FORMAT_VERSION, *facts)}"
