"""Events of the register. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from booking.outbox.engine.kinds import OutboxKind


@dataclass(frozen=True, slots=True)
class IndexStale:
    """What searches look at must be written anew for these instructors."""

    instructor_ids: tuple[int, ...]


INDEX_STALE = OutboxKind("register.index_stale", IndexStale)
