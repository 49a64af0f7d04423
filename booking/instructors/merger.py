"""Two entries of one person become one: the signal by which each feature moves what it keeps.

The entry that goes is deleted when all receivers have moved their rows, so that nothing can refer
to it any more. What the foreign keys delete with it is what no receiver moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blinker import Signal
from sqlalchemy import update
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.errors import Conflict

instructor_merging = Signal("instructor_merging")
"""Signal sent with the session and `merge` (`Merge`), in the transaction that merges; both entries
are locked. A receiver that cannot move its rows raises `CannotMerge`."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Which entry stays, which goes, and which topics of the latter are joined to which."""

    kept_id: int
    dropped_id: int
    joined_topics: Mapping[int, int]
    """Ids of topics that go, with the ids of the topics of the same title that stay."""
    takes_hours: bool
    """Whether the one that stays takes over the hours of the other, because it has none."""
    now: datetime


class CannotMerge(Conflict):
    """Two entries hold what one entry cannot; the sentence says what must be changed before."""


def move(session: Session, merge: Merge, *columns: InstrumentedAttribute[Any]) -> None:
    """Let the rows that refer to the entry that goes refer to the one that stays."""
    for column in columns:
        table = column.class_
        statement = update(table).where(column == merge.dropped_id)
        session.execute(statement.values({column.key: merge.kept_id}))


def move_topics(session: Session, merge: Merge, *columns: InstrumentedAttribute[Any]) -> None:
    """Let the rows that refer to a topic that goes refer to the one it is joined to."""
    for column in columns:
        for old_id, new_id in sorted(merge.joined_topics.items()):
            statement = update(column.class_).where(column == old_id)
            session.execute(statement.values({column.key: new_id}))
