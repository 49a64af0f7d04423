"""What a digest tells of needs that were not met."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from booking.availability.engine.zones import local_date
from booking.demand.engine.needs import year_until
from booking.notifications.digests.parts import Reader, WaitingLine
from booking.recruiting import queries
from booking.sentences import plural

FEWEST = 3
"""From this number of needs on somebody should do something: one may be chance."""


def recruiting(session: Session, reader: Reader) -> Sequence[WaitingLine]:
    """Fields and regions with several needs that were not met, about which nothing is done."""
    period = year_until(local_date(reader.now, reader.zone), reader.zone)
    found = queries.areas(session, reader.actor, period)
    number = sum(area.waits and area.total >= FEWEST for area in found)
    sentence = plural(
        "%(num)s field with needs not met", "%(num)s fields with needs not met", number
    )
    return [WaitingLine(number, sentence, "/recruiting")]
