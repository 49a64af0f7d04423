"""From topics that fit to the few instructors who are shown, in order. Pure.

The time of somebody is looked at only where it can matter: candidates come in the order of the
best that they could reach, and whoever cannot come before those on a full list is passed over.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from zoneinfo import ZoneInfo

from booking.availability.earliest import Earliest
from booking.availability.intervals import Interval
from booking.availability.limits import DaySpan
from booking.availability.offers import Ask, Availability, Booked
from booking.availability.travel import Place
from booking.directory.matching import (
    ONLY_ONLINE,
    TIMES_SHOWN,
    WEIGHTS,
    Candidate,
    Need,
    Offer,
    Reason,
    distance_reason,
    topic_reason,
    total,
)
from booking.instructors import names
from booking.instructors.vocabulary import Format

Order = tuple[int, datetime, str, int]
"""Smaller goes first: the sum below zero, the first time, the name's reading, the id."""


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate who is free, with all reasons and times."""

    candidate: Candidate
    reasons: tuple[Reason, ...]
    times: tuple[Interval, ...]


def candidates(need: Need, offers: Iterable[Offer]) -> dict[int, Candidate]:
    """Of each instructor the topic that fits best; of equals the one that was added first."""
    words = names.words(need.words)
    texts: dict[str, str] = {}
    best: dict[int, tuple[int, int, Reason | None, Offer]] = {}
    for offer in offers:
        reason = topic_reason(need, offer, words, texts)
        fits = (WEIGHTS[reason] if reason else 0) + (
            WEIGHTS[Reason.AUDIENCE] if offer.for_audience else 0
        )
        key = 2 * fits + offer.in_field
        known = best.get(offer.instructor_id)
        if known is None or (key, -offer.topic_id) > known[:2]:
            best[offer.instructor_id] = key, -offer.topic_id, reason, offer
    return {
        one: _candidate(need, offer, reason) for one, (_key, _id, reason, offer) in best.items()
    }


def _candidate(need: Need, offer: Offer, topic: Reason | None) -> Candidate:
    online = need.format is Format.ONLINE or (need.format is None and offer.online == ONLY_ONLINE)
    distance = distance_reason(need.region_code, offer.home, online)
    audience = Reason.AUDIENCE if offer.for_audience else None
    return Candidate(
        offer, tuple(one for one in (topic, distance, audience) if one is not None), online
    )


@dataclass(slots=True)
class Times:
    """Who is free when, within one span of days."""

    known: Mapping[int, Availability]
    taken: Mapping[int, Sequence[Booked]]
    finder: Earliest
    need: Need
    _asks: dict[tuple[int, str, date | None, date | None], Ask] = field(default_factory=dict)

    def unhindered(self, one: Candidate) -> tuple[Interval, ...]:
        """The first times if nothing were booked; the real ones are not earlier."""
        owner = one.offer.instructor_id
        return self.finder.unhindered(self.known[owner], self._ask(one), TIMES_SHOWN)

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

    def _ask(self, one: Candidate) -> Ask:
        offer = one.offer
        region = "" if one.online else self.need.region_code or offer.home
        key = offer.minutes, region, offer.valid_from, offer.valid_to
        known = self._asks.get(key)
        if known is None:
            known = self._asks[key] = Ask(
                offer.minutes,
                Place(region) if region else None,
                self.need.organisation_id,
                DaySpan(offer.valid_from, offer.valid_to),
            )
        return known


def shortlist(
    need: Need,
    fitting: Iterable[Candidate],
    times: Times,
    *,
    loads: Mapping[int, int],
    lately: frozenset[int],
    zone: ZoneInfo,
    limit: int,
) -> list[Found]:
    """The first `limit` of those who are free, in order."""
    weighed = list(_weighed(need, fitting, loads, lately))
    # With the best possible sum first, most of the others need no look at their time.
    weighed.sort(key=lambda one: (-one[1], one[0].offer.sort_key))
    wanted = [one.starts(zone) for one in need.preferred]
    bonus = WEIGHTS[Reason.PREFERRED_TIME] if wanted else 0
    kept: list[tuple[_Last, Found]] = []
    for one, points, reasons in weighed:
        full = len(kept) == limit
        if full and -(points + bonus) > kept[0][0].order[0]:
            break
        ideal = times.unhindered(one)
        if not ideal:
            continue
        if full and kept[0][0].order <= _order(one, points + bonus, ideal[0]):
            continue
        free = times.first(one)
        if not free:
            continue
        liked = [slot for starts in wanted if (slot := times.within(one, starts))]
        if liked:
            points, reasons = points + bonus, (Reason.PREFERRED_TIME, *reasons)
            free = tuple(dict.fromkeys((*sorted(liked), *free)))[:TIMES_SHOWN]
        entry = _Last(_order(one, points, free[0])), Found(one, reasons, free)
        if not full:
            heapq.heappush(kept, entry)
        elif entry[0].order < kept[0][0].order:
            heapq.heapreplace(kept, entry)
    return [found for _last, found in sorted(kept, key=lambda one: one[0], reverse=True)]


def _weighed(
    need: Need, fitting: Iterable[Candidate], loads: Mapping[int, int], lately: frozenset[int]
) -> Iterator[tuple[Candidate, int, tuple[Reason, ...]]]:
    """Everybody with the reasons that no look at the time is needed for, and their sum."""
    everybody = list(fitting)
    counts = [loads.get(one.offer.instructor_id, 0) for one in everybody]
    middle = median(counts) if counts else 0
    sums: dict[tuple[Reason, ...], int] = {}
    for one, count in zip(everybody, counts, strict=True):
        reasons = one.reasons
        if count < middle:
            reasons = (*reasons, Reason.FEWER_LECTURES)
        if need.organisation_id is not None and one.offer.instructor_id not in lately:
            reasons = (*reasons, Reason.NOT_RECENTLY_HERE)
        known = sums.get(reasons)
        if known is None:
            known = sums[reasons] = total(reasons)
        yield one, known, reasons


def _order(one: Candidate, points: int, time: Interval) -> Order:
    return -points, time[0], one.offer.sort_key, one.offer.instructor_id


@dataclass(frozen=True, slots=True)
class _Last:
    """Turns an order round, so that a heap has the last one at its head."""

    order: Order

    def __lt__(self, other: _Last) -> bool:
        return other.order < self.order
