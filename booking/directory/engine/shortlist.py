"""From topics that fit to the few instructors who are shown, in order. Pure.

The time of somebody is looked at only where it can matter: candidates come in the order of the
best that they could reach, and the search ends at the first who cannot come before those on a
full list. What is booked is therefore read for a few at first, and for all only if need be.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, groupby, islice
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.availability.engine.first_free import Earliest
from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import DaySpan
from booking.availability.engine.offers import Availability, Booked, SlotRequest
from booking.availability.engine.travel import Place
from booking.directory.engine.matching import (
    ONLY_ONLINE,
    TIMES_SHOWN,
    WEIGHTS,
    Candidate,
    MatchQuery,
    Offer,
    Reason,
    distance_reason,
    topic_reason,
    total,
)
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import Format

Order = tuple[int, datetime, str, int]
"""Smaller goes first: the sum below zero, the first time, the name's reading, the id."""


BATCH = 60
"""Of so many what is booked is read first."""


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate who is free, with all reasons and times."""

    candidate: Candidate
    reasons: tuple[Reason, ...]
    times: tuple[Interval, ...]


def candidates(match_query: MatchQuery, offers: Iterable[Offer]) -> dict[int, Candidate]:
    """Of each instructor the topic that fits best; of equals the one that was added first."""
    words = names.words(match_query.words)
    texts: dict[str, str] = {}
    best: dict[int, tuple[int, int, Reason | None, Offer]] = {}
    for offer in offers:
        reason = topic_reason(match_query, offer, words, texts)
        fits = (WEIGHTS[reason] if reason else 0) + (
            WEIGHTS[Reason.AUDIENCE] if offer.for_audience else 0
        )
        key = 2 * fits + offer.in_field
        known = best.get(offer.instructor_id)
        if known is None or (key, -offer.topic_id) > known[:2]:
            best[offer.instructor_id] = key, -offer.topic_id, reason, offer
    return {
        one: _candidate(match_query, offer, reason)
        for one, (_key, _id, reason, offer) in best.items()
    }


def _candidate(match_query: MatchQuery, offer: Offer, topic: Reason | None) -> Candidate:
    online = match_query.format is Format.ONLINE or (
        match_query.format is None and offer.online == ONLY_ONLINE
    )
    distance = distance_reason(match_query.region_code, offer.home, online)
    audience = Reason.AUDIENCE if offer.for_audience else None
    return Candidate(
        offer, tuple(one for one in (topic, distance, audience) if one is not None), online
    )


@dataclass(slots=True)
class Times:
    """Who is free when, within one span of days."""

    known: Mapping[int, Availability]
    taken: dict[int, Sequence[Booked]]
    """What is booked, as far as it was read."""
    finder: Earliest
    match_query: MatchQuery
    read: Callable[[Collection[int]], Mapping[int, Sequence[Booked]]] | None = None
    """Reads what is booked of others, asked twice at most; None: nothing is left to be read."""
    _asks: dict[tuple[int, str, date | None, date | None], SlotRequest] = field(
        default_factory=dict
    )

    def unhindered(self, one: Candidate) -> tuple[Interval, ...]:
        """The first times if nothing were booked; the real ones are not earlier."""
        owner = one.offer.instructor_id
        return self.finder.unhindered(self.known[owner], self._ask(one), TIMES_SHOWN)

    def look_up(self, one: Candidate, ahead: Iterable[Candidate]) -> None:
        """Read what is booked of somebody, and with it what will be asked next."""
        if self.read is None or one.offer.instructor_id in self.taken:
            return
        wanted = {each.offer.instructor_id for each in islice(ahead, BATCH)}
        if self.taken:
            wanted = self.known.keys() - self.taken.keys()
        found = self.read(wanted)
        self.taken |= {owner: found.get(owner, ()) for owner in wanted}

    def first(self, one: Candidate) -> tuple[Interval, ...]:
        """The first times that can be booked."""
        owner = one.offer.instructor_id
        booked = self.taken.get(owner, ())
        return self.finder.times(self.known[owner], booked, self._ask(one), TIMES_SHOWN)

    def within(self, one: Candidate, starts: Interval) -> Interval | None:
        """The first time that begins within [start, end)."""
        owner = one.offer.instructor_id
        booked = self.taken.get(owner, ())
        each = self.finder.each(self.known[owner], booked, self._ask(one), starts)
        return next(each, None)

    def _ask(self, one: Candidate) -> SlotRequest:
        offer = one.offer
        region = "" if one.online else self.match_query.place_of(offer.home)
        key = offer.minutes, region, offer.valid_from, offer.valid_to
        known = self._asks.get(key)
        if known is None:
            known = self._asks[key] = SlotRequest(
                offer.minutes,
                Place(region) if region else None,
                self.match_query.organisation_id,
                DaySpan(offer.valid_from, offer.valid_to),
            )
        return known


class _Weighed(NamedTuple):
    """A candidate with the reasons that no look at the time is needed for, and their sum."""

    candidate: Candidate
    points: int
    reasons: tuple[Reason, ...]


def shortlist(
    match_query: MatchQuery,
    fitting: Iterable[Candidate],
    times: Times,
    *,
    loads: Mapping[int, int],
    lately: frozenset[int],
    zone: ZoneInfo,
    limit: int,
) -> list[Found]:
    """The first `limit` of those who are free, in order."""
    weighed = sorted(_weighed(match_query, fitting, loads, lately), key=lambda one: -one.points)
    wanted = match_query.wanted(zone)
    bonus = WEIGHTS[Reason.PREFERRED_TIME] if wanted else 0
    kept: list[tuple[_Last, Found]] = []
    begin = 0
    while begin < len(weighed):
        points = weighed[begin].points
        if len(kept) == limit and -(points + bonus) > kept[0][0].order[0]:
            break
        end = bisect_right(weighed, -points, lo=begin, key=lambda one: -one.points)
        group = _hopes(weighed[begin:end], times, bonus)
        for number, (hope, one) in enumerate(group):
            if len(kept) == limit and kept[0][0].order <= hope:
                break
            next_ones = (each for _hope, each in group[number:])
            ahead = chain(next_ones, weighed[end : end + BATCH])
            times.look_up(one.candidate, (each.candidate for each in ahead))
            found = _found(one, times, wanted)
            if found is None:
                continue
            entry = _Last(_order(one.candidate, total(found.reasons), found.times[0])), found
            if len(kept) < limit:
                heapq.heappush(kept, entry)
            elif entry[0].order < kept[0][0].order:
                heapq.heapreplace(kept, entry)
        begin = end
    return [found for _last, found in sorted(kept, key=lambda one: one[0], reverse=True)]


def _hopes(group: Iterable[_Weighed], times: Times, bonus: int) -> list[tuple[Order, _Weighed]]:
    """Those of one sum who have a time at all, in the order of the best that they could reach."""
    return sorted(
        (
            (_order(one.candidate, one.points + bonus, ideal[0]), one)
            for one in group
            if (ideal := times.unhindered(one.candidate))
        ),
        key=lambda one: one[0],
    )


def _found(one: _Weighed, times: Times, wanted: Sequence[Interval]) -> Found | None:
    """Somebody with all reasons and times; None who is not free."""
    free = times.first(one.candidate)
    if not free:
        return None
    # The spans are in order, and so are their first times: equal ones are neighbours.
    every = (slot for starts in wanted if (slot := times.within(one.candidate, starts)))
    liked = [slot for slot, _same in islice(groupby(every), TIMES_SHOWN)]
    if not liked:
        return Found(one.candidate, one.reasons, free)
    reasons = (Reason.PREFERRED_TIME, *one.reasons)
    free = tuple(dict.fromkeys((*liked, *free)))[:TIMES_SHOWN]
    return Found(one.candidate, reasons, free)


def _weighed(
    match_query: MatchQuery,
    fitting: Iterable[Candidate],
    loads: Mapping[int, int],
    lately: frozenset[int],
) -> Iterator[_Weighed]:
    """Everybody with the reasons that no look at the time is needed for, and their sum."""
    everybody = list(fitting)
    counts = [loads.get(one.offer.instructor_id, 0) for one in everybody]
    middle = median(counts) if counts else 0
    sums: dict[tuple[Reason, ...], int] = {}
    for one, count in zip(everybody, counts, strict=True):
        reasons = one.reasons
        if count < middle:
            reasons = (*reasons, Reason.FEWER_LECTURES)
        if match_query.organisation_id is not None and one.offer.instructor_id not in lately:
            reasons = (*reasons, Reason.NOT_RECENTLY_HERE)
        known = sums.get(reasons)
        if known is None:
            known = sums[reasons] = total(reasons)
        yield _Weighed(one, known, reasons)


def _order(one: Candidate, points: int, time: Interval) -> Order:
    return -points, time[0], one.offer.sort_key, one.offer.instructor_id


@dataclass(frozen=True, slots=True)
class _Last:
    """Turns an order round, so that a heap has the last one at its head."""

    order: Order

    def __lt__(self, other: _Last) -> bool:
        return other.order < self.order
