"""What all sources of mail have in common: items, and one round over them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from booking.db import outages
from booking.replies import service
from booking.replies.engine.contents import MOST_BYTES
from booking.replies.engine.outcomes import STAYS

logger = logging.getLogger(__name__)

AT_ONCE = 100
"""Mails of one round; the rest waits for the next one."""


class SourceLost(Exception):
    """The connection to the source broke: the rest waits for the next round."""


class Item(Protocol):
    """One mail that waits in a source."""

    def read(self, most: int) -> bytes:
        """The mail, or its first `most` bytes."""

    def remove(self) -> None:
        """Delete it: it was handled."""

    def put_aside(self) -> None:
        """Leave it for people, and do not offer it again."""


@dataclass(slots=True)
class Round:
    """What one round did."""

    handled: int = 0
    aside: int = 0
    failed: int = 0


def read_all(items: Iterable[Item], *, now: datetime) -> Round:
    """Handle the items one after the other; one that fails does not keep the others waiting.

    Raises `SourceLost`, and what a database raises that cannot be used: the others would fail too.
    """
    done = Round()
    for item in items:
        try:
            # A larger mail is cut, by which `receive` knows it.
            outcome = service.receive(item.read(MOST_BYTES + 1), now=now)
            if outcome in STAYS:
                item.put_aside()
                done.aside += 1
            else:
                item.remove()
                done.handled += 1
        except Exception as error:
            if isinstance(error, SourceLost) or outages.outage(error) is not None:
                raise
            done.failed += 1
            logger.warning("a mail waits for the next round (%s)", type(error).__name__)
    return done
