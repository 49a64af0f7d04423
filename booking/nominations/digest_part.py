"""What a digest tells of nominations and terms."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from booking.availability.engine.zones import local_date
from booking.nominations import queries
from booking.nominations.queries import NominationList
from booking.nominations.renewals import queries as renewals
from booking.notifications.digests.parts import Reader, WaitingLine
from booking.sentences import plural


def nominations(session: Session, reader: Reader) -> Sequence[WaitingLine]:
    """Nominations to decide, and terms that end soon."""
    to_decide = queries.counts(session, reader.actor)[NominationList.TO_DECIDE]
    ending = renewals.count(session, reader.actor, local_date(reader.now, reader.zone))
    return [
        WaitingLine(
            to_decide,
            plural("%(num)s nomination to decide", "%(num)s nominations to decide", to_decide),
            "/nominations",
        ),
        WaitingLine(
            ending,
            plural("%(num)s term that ends soon", "%(num)s terms that end soon", ending),
            "/renewals",
        ),
    ]
