"""Rank the candidates of a match query and keep the best few that are free. Pure.

Availability is computed only where it can change the result: candidates are visited by the upper
bound of their rank (branch and bound), and the search stops at the first whose bound is not
better than the last entry of a full list. Holds are therefore read for one batch first, and for
all only if necessary.
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

from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import DaySpan
from booking.availability.engine.offers import Availability, Booked, SlotRequest
from booking.availability.engine.slots import SlotFinder
from booking.availability.engine.travel import Place
from booking.directory.engine.match_query import MatchQuery
from booking.directory.engine.matching import (
    ONLY_ONLINE,
    TIMES_SHOWN,
    WEIGHTS,
    Candidate,
    MatchReason,
    Offer,
    distance_reason,
    topic_reason,
    total,
)
from booking.instructors.engine.vocabulary import Format

Order = tuple[int, datetime, str, int]
"""Sort key, ascending: negated score, first slot's start, name's sort key, instructor id."""


BATCH = 60
"""Number of instructors whose holds are read first."""


@dataclass(frozen=True, slots=True)
class Found:
    """A free candidate with all reasons and slots."""

    candidate: Candidate
    reasons: tuple[MatchReason, ...]
    times: tuple[Interval, ...]


def candidates(match_query: MatchQuery, offers: Iterable[Offer]) -> dict[int, Candidate]:
    """The best-fitting topic by instructor id; on a tie the one with the smallest id."""
    terms = match_query.terms
    texts: dict[str, str] = {}
    best: dict[int, tuple[int, int, MatchReason | None, Offer]] = {}
    for offer in offers:
        reason = topic_reason(match_query, offer, terms, texts)
        fits = (WEIGHTS[reason] if reason else 0) + (
            WEIGHTS[MatchReason.AUDIENCE] if offer.for_audience else 0
        )
        key = 2 * fits + offer.in_field
        previous = best.get(offer.instructor_id)
        if previous is None or (key, -offer.topic_id) > previous[:2]:
            best[offer.instructor_id] = key, -offer.topic_id, reason, offer
    return {
        instructor_id: _candidate(match_query, offer, reason)
        for instructor_id, (_key, _id, reason, offer) in best.items()
    }


def _candidate(match_query: MatchQuery, offer: Offer, topic: MatchReason | None) -> Candidate:
    online = match_query.format is Format.ONLINE or (
        match_query.format is None and offer.online == ONLY_ONLINE
    )
    distance = distance_reason(match_query.region_code, offer.home, online)
    audience = MatchReason.AUDIENCE if offer.for_audience else None
    reasons = (topic, distance, audience)
    return Candidate(offer, tuple(each for each in reasons if each is not None), online)


@dataclass(slots=True)
class Times:
    """Computes slots of candidates within one span of days; holds are read lazily."""

    known: Mapping[int, Availability]
    taken: dict[int, Sequence[Booked]]
    """Holds by instructor id, as far as they were read."""
    finder: SlotFinder
    match_query: MatchQuery
    read: Callable[[Collection[int]], Mapping[int, Sequence[Booked]]] | None = None
    """Reads holds by instructor ids, called at most twice; None: all holds are in `taken`."""
    _slot_requests: dict[tuple[int, str, date | None, date | None], SlotRequest] = field(
        default_factory=dict
    )

    def unhindered(self, candidate: Candidate) -> tuple[Interval, ...]:
        """The first slots ignoring holds: a lower bound of the real ones."""
        instructor_id = candidate.offer.instructor_id
        request = self._slot_request(candidate)
        return self.finder.unhindered(self.known[instructor_id], request, TIMES_SHOWN)

    def look_up(self, candidate: Candidate, ahead: Iterable[Candidate]) -> None:
        """Read the holds of a candidate and of the next ones, unless already read.

        The first call reads `BATCH` instructors, the second all others.
        """
        if self.read is None or candidate.offer.instructor_id in self.taken:
            return
        ids = {each.offer.instructor_id for each in islice(ahead, BATCH)}
        if self.taken:
            ids = self.known.keys() - self.taken.keys()
        holds = self.read(ids)
        self.taken |= {instructor_id: holds.get(instructor_id, ()) for instructor_id in ids}

    def first(self, candidate: Candidate) -> tuple[Interval, ...]:
        """The first bookable slots."""
        instructor_id = candidate.offer.instructor_id
        booked = self.taken.get(instructor_id, ())
        request = self._slot_request(candidate)
        return self.finder.times(self.known[instructor_id], booked, request, TIMES_SHOWN)

    def within(self, candidate: Candidate, starts: Interval) -> Interval | None:
        """The first bookable slot that starts within [start, end)."""
        instructor_id = candidate.offer.instructor_id
        booked = self.taken.get(instructor_id, ())
        request = self._slot_request(candidate)
        return next(self.finder.each(self.known[instructor_id], booked, request, starts), None)

    def _slot_request(self, candidate: Candidate) -> SlotRequest:
        offer = candidate.offer
        region = "" if candidate.online else self.match_query.place_of(offer.home)
        key = offer.minutes, region, offer.valid_from, offer.valid_to
        request = self._slot_requests.get(key)
        if request is None:
            request = self._slot_requests[key] = SlotRequest(
                offer.minutes,
                Place(region) if region else None,
                self.match_query.organisation_id,
                DaySpan(offer.valid_from, offer.valid_to),
            )
        return request


class _Scored(NamedTuple):
    """A candidate with the reasons that do not depend on availability, and their score."""

    candidate: Candidate
    points: int
    reasons: tuple[MatchReason, ...]


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
    """The first `limit` free candidates, ranked.

    `loads` are lecture counts by instructor id, `lately` the ids of those recently at the branch.
    """
    scored = sorted(_score(match_query, fitting, loads, lately), key=lambda each: -each.points)
    preferred = match_query.wanted(zone)
    bonus = WEIGHTS[MatchReason.PREFERRED_TIME] if preferred else 0
    kept: list[tuple[_Reversed, Found]] = []
    begin = 0
    while begin < len(scored):
        points = scored[begin].points
        if len(kept) == limit and -(points + bonus) > kept[0][0].order[0]:
            break
        end = bisect_right(scored, -points, lo=begin, key=lambda each: -each.points)
        group = _by_bound(scored[begin:end], times, bonus)
        for number, (bound, current) in enumerate(group):
            if len(kept) == limit and kept[0][0].order <= bound:
                break
            rest_of_group = (each for _bound, each in group[number:])
            ahead = chain(rest_of_group, scored[end : end + BATCH])
            times.look_up(current.candidate, (each.candidate for each in ahead))
            found = _found(current, times, preferred)
            if found is None:
                continue
            order = _order(current.candidate, total(found.reasons), found.times[0])
            entry = _Reversed(order), found
            if len(kept) < limit:
                heapq.heappush(kept, entry)
            elif entry[0].order < kept[0][0].order:
                heapq.heapreplace(kept, entry)
        begin = end
    return [found for _key, found in sorted(kept, key=lambda entry: entry[0], reverse=True)]


def _by_bound(group: Iterable[_Scored], times: Times, bonus: int) -> list[tuple[Order, _Scored]]:
    """The candidates of one score that have opening hours at all, by the bound of their rank."""
    return sorted(
        (
            (_order(scored.candidate, scored.points + bonus, ideal[0]), scored)
            for scored in group
            if (ideal := times.unhindered(scored.candidate))
        ),
        key=lambda entry: entry[0],
    )


def _found(scored: _Scored, times: Times, preferred: Sequence[Interval]) -> Found | None:
    """A candidate with all reasons and slots; None if there is no free slot."""
    free = times.first(scored.candidate)
    if not free:
        return None
    # The spans are sorted, hence also their first slots: duplicates are adjacent.
    slots = (slot for starts in preferred if (slot := times.within(scored.candidate, starts)))
    preferred_slots = [slot for slot, _same in islice(groupby(slots), TIMES_SHOWN)]
    if not preferred_slots:
        return Found(scored.candidate, scored.reasons, free)
    reasons = (MatchReason.PREFERRED_TIME, *scored.reasons)
    free = tuple(dict.fromkeys((*preferred_slots, *free)))[:TIMES_SHOWN]
    return Found(scored.candidate, reasons, free)


def _score(
    match_query: MatchQuery,
    fitting: Iterable[Candidate],
    loads: Mapping[int, int],
    lately: frozenset[int],
) -> Iterator[_Scored]:
    """All candidates with the reasons that do not depend on availability, and their score."""
    all_candidates = list(fitting)
    counts = [loads.get(candidate.offer.instructor_id, 0) for candidate in all_candidates]
    median_count = median(counts) if counts else 0
    scores: dict[tuple[MatchReason, ...], int] = {}
    for candidate, count in zip(all_candidates, counts, strict=True):
        reasons = candidate.reasons
        if count < median_count:
            reasons = (*reasons, MatchReason.FEWER_LECTURES)
        instructor_id = candidate.offer.instructor_id
        if match_query.organisation_id is not None and instructor_id not in lately:
            reasons = (*reasons, MatchReason.NOT_RECENTLY_HERE)
        points = scores.get(reasons)
        if points is None:
            points = scores[reasons] = total(reasons)
        yield _Scored(candidate, points, reasons)


def _order(candidate: Candidate, points: int, time: Interval) -> Order:
    return -points, time[0], candidate.offer.sort_key, candidate.offer.instructor_id


@dataclass(frozen=True, slots=True)
class _Reversed:
    """Inverts the order, so that the heap's head is the last entry of the ranking."""

    order: Order

    def __lt__(self, other: _Reversed) -> bool:
        return other.order < self.order
