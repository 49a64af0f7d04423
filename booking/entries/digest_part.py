"""What a digest tells of entries."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from booking.entries import queries
from booking.notifications.digests.parts import Reader, WaitingLine
from booking.sentences import plural


def changes_to_review(session: Session, reader: Reader) -> Sequence[WaitingLine]:
    """Changes of entries that wait for a review."""
    count = queries.waiting_count(session, reader.actor)
    sentence = plural(
        "%(num)s change of an entry to review", "%(num)s changes of entries to review", count
    )
    return [WaitingLine(count, sentence, "/entries/changes")]
