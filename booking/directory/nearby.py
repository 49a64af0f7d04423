"""Where nobody can: which one change of the question has an answer. Pure.

Another day for the same people; the nearest region, the same city first, that somebody else
serves; the same topic online. Of each the one with the earliest time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from booking.availability.earliest import Earliest
from booking.availability.hours import day_bounds, local_date
from booking.availability.intervals import Interval
from booking.availability.offers import Availability, Booked
from booking.directory.matching import (
    ON_SPOT,
    Alternative,
    Nearby,
    Need,
    Offer,
    elsewhere,
    held_online,
    neighbour,
    on_another_day,
)
from booking.directory.shortlist import Times, candidates
from booking.instructors.vocabulary import Format

LATER = timedelta(days=92)
"""How far after the window another day is looked for."""


def alternatives(
    need: Need,
    offers: Sequence[Offer],
    known: Mapping[int, Availability],
    taken: dict[int, Sequence[Booked]],
    finder: Earliest,
    zone: ZoneInfo,
) -> tuple[Alternative, ...]:
    """At most one change of each kind, as long as it has an answer.

    `offers` were read wherever and however they are held, and everything reaches `LATER` days
    beyond the window.
    """

    def first(asked: Need, fitting: Sequence[Offer], starts: Interval) -> Interval | None:
        """The first start within the bounds that anybody offers for one need."""
        times = Times(known, taken, finder, asked)
        people = candidates(asked, fitting).values()
        free = (times.within(one, starts) for one in people)
        return min((slot for slot in free if slot), default=None)

    window = day_bounds(need.first, zone)[0], day_bounds(need.last, zone)[1]
    here = [one for one in offers if one.serves_here and one.in_format]
    later = first(need, here, (window[1], day_bounds(need.last + LATER, zone)[1]))
    found = []
    if later is not None:
        changed = on_another_day(need, local_date(later[0], zone))
        found.append(Alternative(Nearby.ANOTHER_DAY, changed, later))
    found += _beside(need, offers, window, first)
    if need.format is not Format.ONLINE:
        remote = held_online(need)
        time = first(remote, [one for one in offers if one.online != ON_SPOT], window)
        if time is not None:
            found.append(Alternative(Nearby.ONLINE, remote, time))
    return tuple(found)


First = Callable[[Need, Sequence[Offer], Interval], Interval | None]


def _beside(
    need: Need, offers: Sequence[Offer], window: Interval, first: First
) -> Iterator[Alternative]:
    """The nearest region in which somebody is free within the window."""
    if not need.region_code or need.format is Format.ONLINE:
        return
    by_region: dict[str, list[Offer]] = {}
    for one in offers:
        if one.in_format and not one.serves_here and one.serves:
            by_region.setdefault(neighbour(need.region_code, one.serves), []).append(one)
    for near in (True, False):
        free = []
        for code, theirs in by_region.items():
            if (code[:4] == need.region_code[:4]) is near:
                time = first(elsewhere(need, code), theirs, window)
                if time is not None:
                    free.append((time, code))
        if free:
            time, code = min(free)
            yield Alternative(Nearby.NEIGHBOUR, elsewhere(need, code), time)
            return
