"""What lies between two lectures of one day: the way and the time for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from booking.availability.engine.travel import Place, travel_minutes


@dataclass(frozen=True, slots=True)
class Stop:
    """A lecture [start, end) at its place; None is online."""

    start: datetime
    end: datetime
    place: Place | None


@dataclass(frozen=True, slots=True)
class Way:
    """From one lecture to the next one."""

    travel_minutes: int
    """As the check of a booking counts them (domain rule 2); 0 if either is online."""
    gap_minutes: int
    """From the end of the one to the start of the other; never negative."""


def ways(stops: Iterable[Stop]) -> list[Way]:
    """The ways between the lectures of a day, which are in order: one fewer than lectures."""
    return [
        Way(
            travel_minutes(one.place, other.place),
            max(other.start - one.end, timedelta()) // timedelta(minutes=1),
        )
        for one, other in pairwise(stops)
    ]
