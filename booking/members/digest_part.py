"""What a digest tells of branches that want to join."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from booking.members.sign_up import queries
from booking.notifications.digests.parts import Reader, WaitingLine
from booking.sentences import plural


def requests_to_join(session: Session, reader: Reader) -> Sequence[WaitingLine]:
    """Requests for access that wait for a decision."""
    count = queries.waiting(session, reader.actor)
    sentence = plural("%(num)s request for access", "%(num)s requests for access", count)
    return [WaitingLine(count, sentence, "/join-requests")]
