"""Alternatives for a match query without matches. Pure.

Single changes first: a later or an earlier day with the same instructors; the nearest region
(same city first) that other instructors serve; the same topic online. Only if none of these has a
match, another region or online is combined with another day. Of each kind of change the one with
the earliest slot is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import Availability, Booked
from booking.availability.engine.slots import SlotFinder
from booking.availability.engine.zones import day_bounds, local_date
from booking.directory.engine.match_query import MatchQuery, held_online, in_region, on_another_day
from booking.directory.engine.matching import ON_SPOT, Alternative, Nearby, Offer, neighbour
from booking.directory.engine.shortlist import Times, candidates
from booking.instructors.engine.vocabulary import Format

LATER = timedelta(days=92)
"""How far after the window another day is searched."""

NEAR = timedelta(days=7)
"""Length of the first span before the window that is searched for an earlier day."""


@dataclass(frozen=True, slots=True)
class _Slots:
    """Hours and holds of all instructors, from today until `LATER` days after the window."""

    known: Mapping[int, Availability]
    taken: dict[int, Sequence[Booked]]
    finder: SlotFinder
    zone: ZoneInfo
    today: date

    def first(
        self, match_query: MatchQuery, offers: Sequence[Offer], first: date, last: date
    ) -> Interval | None:
        """The first slot of any instructor on the days `first` to `last`, both inclusive."""
        times = Times(self.known, self.taken, self.finder, match_query)
        valid = [
            offer
            for offer in offers
            if (offer.valid_from or last) <= last and (offer.valid_to or first) >= first
        ]
        starts = day_bounds(first, self.zone)[0], day_bounds(last, self.zone)[1]
        fitting = candidates(match_query, valid).values()
        free = (times.within(candidate, starts) for candidate in fitting)
        return min((slot for slot in free if slot), default=None)

    def on_the_days(self, match_query: MatchQuery, offers: Sequence[Offer]) -> Interval | None:
        """The first slot within the window."""
        return self.first(match_query, offers, match_query.first, match_query.last)

    def later(self, match_query: MatchQuery, offers: Sequence[Offer]) -> Interval | None:
        """The first slot after the window."""
        return self._on_one_day(
            match_query, offers, match_query.last + timedelta(days=1), match_query.last + LATER
        )

    def _on_one_day(
        self, match_query: MatchQuery, offers: Sequence[Offer], first: date, last: date
    ) -> Interval | None:
        """The first slot on the first day that has one.

        The search is repeated for that day alone: the best topic of an instructor may be
        another one, valid only then, with an earlier slot.
        """
        slot = self.first(match_query, offers, first, last)
        if slot is None:
            return None
        day = local_date(slot[0], self.zone)
        return self.first(match_query, offers, day, day)

    def earlier(self, match_query: MatchQuery, offers: Sequence[Offer]) -> Interval | None:
        """A slot before the window, searched backwards from it.

        The length of the searched spans doubles, so that few are needed however far away the
        window is.
        """
        end, length = match_query.first - timedelta(days=1), NEAR
        while end >= self.today:
            # Compared as lengths: a day before year 1 cannot be represented.
            length = min(length, end - self.today + timedelta(days=1))
            begin = end - length + timedelta(days=1)
            slot = self._on_one_day(match_query, offers, begin, end)
            if slot is not None:
                return slot
            end, length = begin - timedelta(days=1), 2 * length
        return None

    def another_day(self, match_query: MatchQuery, offers: Sequence[Offer]) -> Interval | None:
        """A slot after the window; if there is none, one before it."""
        return self.later(match_query, offers) or self.earlier(match_query, offers)


def alternatives(
    match_query: MatchQuery,
    offers: Sequence[Offer],
    known: Mapping[int, Availability],
    taken: dict[int, Sequence[Booked]],
    finder: SlotFinder,
    zone: ZoneInfo,
    today: date,
) -> tuple[Alternative, ...]:
    """At most one alternative of each kind, each with a match.

    `offers` must be read without conditions on place and format, and `known`, `taken` and
    `finder` must cover the days from today until `LATER` days after the window.
    """
    slots = _Slots(known, taken, finder, zone, today)
    single = [*_another_day(match_query, offers, slots), *_elsewhere(match_query, offers, slots)]
    return tuple(single) or tuple(_two_changes(match_query, offers, slots))


def _another_day(
    match_query: MatchQuery, offers: Sequence[Offer], slots: _Slots
) -> Iterator[Alternative]:
    """The same instructors on a later or an earlier day."""
    here = [offer for offer in offers if offer.serves_here and offer.in_format]
    for kind, time in (
        (Nearby.ANOTHER_DAY, slots.later(match_query, here)),
        (Nearby.EARLIER_DAY, slots.earlier(match_query, here)),
    ):
        if time is not None:
            yield _moved(kind, match_query, time, slots.zone)


def _moved(kind: Nearby, match_query: MatchQuery, time: Interval, zone: ZoneInfo) -> Alternative:
    return Alternative(kind, on_another_day(match_query, local_date(time[0], zone)), time)


def _elsewhere(
    match_query: MatchQuery, offers: Sequence[Offer], slots: _Slots
) -> Iterator[Alternative]:
    """Within the window, in the nearest region in which an instructor is free, or online."""
    for kind, changed, time in _changed(match_query, offers, slots.on_the_days):
        yield Alternative(kind, changed, time)


def _two_changes(
    match_query: MatchQuery, offers: Sequence[Offer], slots: _Slots
) -> Iterator[Alternative]:
    """On another day, and in the nearest region in which an instructor is free then, or online."""
    kinds = {
        Nearby.NEIGHBOUR: Nearby.NEIGHBOUR_ANOTHER_DAY,
        Nearby.ONLINE: Nearby.ONLINE_ANOTHER_DAY,
    }
    for kind, changed, time in _changed(match_query, offers, slots.another_day):
        yield _moved(kinds[kind], changed, time, slots.zone)


def _changed(
    match_query: MatchQuery,
    offers: Sequence[Offer],
    time_of: Callable[[MatchQuery, list[Offer]], Interval | None],
) -> Iterator[tuple[Nearby, MatchQuery, Interval]]:
    """The query in another region and online, each with its first slot; none without a slot."""
    by_region = _by_region(match_query, offers)
    for near in (True, False):
        free = []
        for code, region_offers in by_region.items():
            if (code[:4] == match_query.region_code[:4]) is near:
                time = time_of(in_region(match_query, code), region_offers)
                if time is not None:
                    free.append((time, code))
        if free:
            time, code = min(free)
            yield Nearby.NEIGHBOUR, in_region(match_query, code), time
            break
    if match_query.format is not Format.ONLINE:
        online = [offer for offer in offers if offer.online != ON_SPOT]
        time = time_of(remote := held_online(match_query), online)
        if time is not None:
            yield Nearby.ONLINE, remote, time


def _by_region(match_query: MatchQuery, offers: Sequence[Offer]) -> dict[str, list[Offer]]:
    """Offers that do not serve the requested region, by their served region nearest to it."""
    by_region: dict[str, list[Offer]] = {}
    if match_query.region_code and match_query.format is not Format.ONLINE:
        for offer in offers:
            if offer.in_format and not offer.serves_here and offer.serves:
                nearest = neighbour(match_query.region_code, offer.serves)
                by_region.setdefault(nearest, []).append(offer)
    return by_region
