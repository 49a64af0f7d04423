"""How often a robot may be called. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)


def next_call(recent: Sequence[datetime], now: datetime, *, most: int) -> datetime:
    """When a robot may be called next, that was called at the instants of `recent`, in order.

    `now`, unless it was called `most` times within the last minute.
    """
    if len(recent) < most:
        return now
    return max(now, recent[-most] + WINDOW)
