"""Where nobody can: which change of the question has an answer. Pure.

One change first: a later or an earlier day for the same people; the nearest region, the same city
first, that somebody else serves; the same topic online. Only where none of these helps, another
region or online is combined with another day. Of each change the one with the earliest time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.first_free import Earliest
from booking.availability.engine.hours import day_bounds, local_date
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import Availability, Booked
from booking.directory.engine.matching import (
    ON_SPOT,
    Alternative,
    MatchQuery,
    Nearby,
    Offer,
    held_online,
    in_region,
    neighbour,
    on_another_day,
)
from booking.directory.engine.shortlist import Times, candidates
from booking.instructors.engine.vocabulary import Format

LATER = timedelta(days=92)
"""How far after the window another day is looked for."""

NEAR = timedelta(days=7)
"""So near before the window an earlier day is looked for at first."""


@dataclass(frozen=True, slots=True)
class _Look:
    """Everybody's hours and lectures, from today until `LATER` days beyond the window."""

    known: Mapping[int, Availability]
    taken: dict[int, Sequence[Booked]]
    finder: Earliest
    zone: ZoneInfo
    today: date

    def first(
        self, asked: MatchQuery, offers: Sequence[Offer], first: date, last: date
    ) -> Interval | None:
        """The first start that anybody offers for one need on some days, both inclusive."""
        times = Times(self.known, self.taken, self.finder, asked)
        fitting = [
            one
            for one in offers
            if (one.valid_from or last) <= last and (one.valid_to or first) >= first
        ]
        starts = day_bounds(first, self.zone)[0], day_bounds(last, self.zone)[1]
        free = (times.within(one, starts) for one in candidates(asked, fitting).values())
        return min((slot for slot in free if slot), default=None)

    def on_the_days(self, match_query: MatchQuery, offers: Sequence[Offer]) -> Interval | None:
        """The first start on the days asked for."""
        return self.first(match_query, offers, match_query.first, match_query.last)

    def later(self, match_query: MatchQuery, offers: Sequence[Offer]) -> Interval | None:
        """The first start after the days asked for."""
        return self._on_one_day(
            match_query, offers, match_query.last + timedelta(days=1), match_query.last + LATER
        )

    def _on_one_day(
        self, match_query: MatchQuery, offers: Sequence[Offer], first: date, last: date
    ) -> Interval | None:
        """The first start on the first of the days that has one.

        The day is asked again by itself: a topic that is only taught then may begin earlier.
        """
        found = self.first(match_query, offers, first, last)
        if found is None:
            return None
        day = local_date(found[0], self.zone)
        return self.first(match_query, offers, day, day)

    def earlier(self, match_query: MatchQuery, offers: Sequence[Offer]) -> Interval | None:
        """A start before the days asked for, looked for near them first.

        The stretches double, so that few are looked through however far the days are.
        """
        end, length = match_query.first - timedelta(days=1), NEAR
        while end >= self.today:
            begin = max(self.today, end - length + timedelta(days=1))
            found = self._on_one_day(match_query, offers, begin, end)
            if found is not None:
                return found
            end, length = begin - timedelta(days=1), 2 * length
        return None

    def another_day(self, match_query: MatchQuery, offers: Sequence[Offer]) -> Interval | None:
        """A start after the days asked for; where there is none, one before them."""
        return self.later(match_query, offers) or self.earlier(match_query, offers)


def alternatives(
    match_query: MatchQuery,
    offers: Sequence[Offer],
    known: Mapping[int, Availability],
    taken: dict[int, Sequence[Booked]],
    finder: Earliest,
    zone: ZoneInfo,
    today: date,
) -> tuple[Alternative, ...]:
    """At most one change of each kind, as long as it has an answer.

    `offers` were read wherever and however they are held, and everything reaches from today
    until `LATER` days beyond the window.
    """
    look = _Look(known, taken, finder, zone, today)
    found = [*_another_day(match_query, offers, look), *_elsewhere(match_query, offers, look)]
    return tuple(found) or tuple(_two_changes(match_query, offers, look))


def _another_day(
    match_query: MatchQuery, offers: Sequence[Offer], look: _Look
) -> Iterator[Alternative]:
    """The same people, later or earlier."""
    here = [one for one in offers if one.serves_here and one.in_format]
    for kind, time in (
        (Nearby.ANOTHER_DAY, look.later(match_query, here)),
        (Nearby.EARLIER_DAY, look.earlier(match_query, here)),
    ):
        if time is not None:
            yield _moved(kind, match_query, time, look.zone)


def _moved(kind: Nearby, match_query: MatchQuery, time: Interval, zone: ZoneInfo) -> Alternative:
    return Alternative(kind, on_another_day(match_query, local_date(time[0], zone)), time)


def _elsewhere(
    match_query: MatchQuery, offers: Sequence[Offer], look: _Look
) -> Iterator[Alternative]:
    """On the days asked for, in the nearest region in which somebody is free, or online."""
    for kind, changed, time in _changed(match_query, offers, look.on_the_days):
        yield Alternative(kind, changed, time)


def _two_changes(
    match_query: MatchQuery, offers: Sequence[Offer], look: _Look
) -> Iterator[Alternative]:
    """Another day, and besides the nearest region in which somebody is free then, or online."""
    kinds = {
        Nearby.NEIGHBOUR: Nearby.NEIGHBOUR_ANOTHER_DAY,
        Nearby.ONLINE: Nearby.ONLINE_ANOTHER_DAY,
    }
    for kind, changed, time in _changed(match_query, offers, look.another_day):
        yield _moved(kinds[kind], changed, time, look.zone)


def _changed(
    match_query: MatchQuery,
    offers: Sequence[Offer],
    time_of: Callable[[MatchQuery, list[Offer]], Interval | None],
) -> Iterator[tuple[Nearby, MatchQuery, Interval]]:
    """The need elsewhere and online, each with its time, where there is one."""
    by_region = _by_region(match_query, offers)
    for near in (True, False):
        free = []
        for code, theirs in by_region.items():
            if (code[:4] == match_query.region_code[:4]) is near:
                time = time_of(in_region(match_query, code), theirs)
                if time is not None:
                    free.append((time, code))
        if free:
            time, code = min(free)
            yield Nearby.NEIGHBOUR, in_region(match_query, code), time
            break
    if match_query.format is not Format.ONLINE:
        online = [one for one in offers if one.online != ON_SPOT]
        time = time_of(remote := held_online(match_query), online)
        if time is not None:
            yield Nearby.ONLINE, remote, time


def _by_region(match_query: MatchQuery, offers: Sequence[Offer]) -> dict[str, list[Offer]]:
    """Those who teach elsewhere only, by the region nearest to the one that is wanted."""
    found: dict[str, list[Offer]] = {}
    if match_query.region_code and match_query.format is not Format.ONLINE:
        for one in offers:
            if one.in_format and not one.serves_here and one.serves:
                found.setdefault(neighbour(match_query.region_code, one.serves), []).append(one)
    return found
