"""Generates the lectures that branches of the demonstration request. Pure.

These are requests, not bookings: the services decide on each. Most can be accepted: the instructor
serves the region, has hours then, is requested once in a half-day and at most 48 times a year.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from booking.availability.engine.day_parts import HalfDay
from booking.demo.engine import data
from booking.demo.engine.people import AFTERNOON, BUSIEST, EVENING, MORNING, DemoBranch, DemoPerson

WEEKDAY_SHARE = 0.85
MEDIAN_ATTENDEES = 60
_SPREAD = 0.55
_FEWEST, _MOST = 10, 600
_TRIES = 40

_MONTH_WEIGHTS = (0.5, 0.4, 1.7, 1.6, 0.9, 1.7, 0.5, 0.6, 1.8, 0.9, 1.7, 0.8)
_CITY_WEIGHTS = {
    "990100": 16,
    "990200": 34,
    "990300": 32,
    "990400": 7,
    "990500": 6,
    "990600": 5,
}


_HALVES = {
    MORNING[0]: HalfDay.MORNING,
    AFTERNOON[0]: HalfDay.AFTERNOON,
    EVENING[0]: HalfDay.EVENING,
}
_EVENING_MINUTES = EVENING[1] - EVENING[0]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One requested lecture. ``branch``, ``person``, ``topic`` (``data.TOPICS``) are indexes."""

    branch: int
    person: int
    topic: int
    day: date
    half_day: HalfDay
    attendees: int
    place: str


Hours = dict[int, list[HalfDay]]
"""The half-days with hours of a person, by weekday (0 is Monday)."""


class _Weighted:
    """Repeated weighted random choice with fixed weights."""

    def __init__(self, items: Sequence[int], weights: Sequence[float]) -> None:
        self._items = items
        self._sums = list(accumulate(weights))

    def draw(self, rng: random.Random) -> int:
        return rng.choices(self._items, cum_weights=self._sums)[0]


def demand(
    rng: random.Random,
    count: int,
    first: date,
    last: date,
    people: Sequence[DemoPerson],
    branches: Sequence[DemoBranch],
) -> Iterator[Wanted]:
    """``count`` requested lectures from ``first`` to ``last`` (inclusive), in random order.

    ``branch`` and ``person`` are indexes into the given lists. March, April, June, September and
    November are busiest; 85 % are on Monday to Friday (holidays are ignored); the median number of
    attendees is 60. Raises ``ValueError`` without a day, a person or a branch.
    """
    if first > last or not people or not branches:
        raise ValueError("demand needs a day, a person and a branch")
    return _Demand(rng, first, last, people, branches).draw(count)


class _Demand:
    def __init__(
        self,
        rng: random.Random,
        first: date,
        last: date,
        people: Sequence[DemoPerson],
        branches: Sequence[DemoBranch],
    ) -> None:
        self._rng = rng
        self._people = people
        self._branches = branches
        self._days = _days(first, last)
        self._hours = [_half_days(person) for person in people]
        self._branches_by_city = _weighted_branches(rng, branches)
        self._cities = [code for code in _CITY_WEIGHTS if code in self._branches_by_city]
        self._people_by_city = {city: _weighted_people(people, city) for city in self._cities}
        self._taken: set[tuple[int, date, HalfDay]] = set()
        self._times: Counter[tuple[int, int]] = Counter()

    def draw(self, count: int) -> Iterator[Wanted]:
        weights = [_CITY_WEIGHTS[city] for city in self._cities]
        for city in self._rng.choices(self._cities, weights, k=count):
            yield self._draw_one(city)

    def _draw_one(self, city: str) -> Wanted:
        branch = self._branches_by_city[city].draw(self._rng)
        person, day, half_day = self._when(city)
        return Wanted(
            branch=branch,
            person=person,
            topic=self._topic(person, half_day),
            day=day,
            half_day=half_day,
            attendees=_attendees(self._rng),
            place=self._rng.choice(self._branches[branch].places),
        )

    def _topic(self, person: int, half_day: HalfDay) -> int:
        """A topic of the person, preferably one that fits into the half-day."""
        topics = self._people[person].topics
        short = [i for i in topics if data.TOPICS[i].minutes <= _EVENING_MINUTES]
        return self._rng.choice(short if short and half_day is HalfDay.EVENING else topics)

    def _when(self, city: str) -> tuple[int, date, HalfDay]:
        """(person, day, half-day). Weekday or weekend is drawn first, to keep its share exact."""
        days = self._days[0 if self._rng.random() < WEEKDAY_SHARE else 1]
        for _ in range(_TRIES):
            person = self._people_by_city[city].draw(self._rng)
            day = date.fromordinal(days.draw(self._rng))
            free = self._free(person, day)
            if free:
                half_day = self._rng.choice(free)
                self._taken.add((person, day, half_day))
                self._times[person, day.year] += 1
                return person, day, half_day
        # Some requests conflict, as in reality; the services refuse them.
        return person, day, self._rng.choice([HalfDay.MORNING, HalfDay.AFTERNOON])

    def _free(self, person: int, day: date) -> list[HalfDay]:
        if self._times[person, day.year] >= BUSIEST:
            return []
        kept = self._hours[person].get(day.weekday(), ())
        return [half for half in kept if (person, day, half) not in self._taken]


def _days(first: date, last: date) -> tuple[_Weighted, _Weighted]:
    """(weekdays, weekend days) as ordinals, weighted by month."""
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weekdays = [day for day in span if day.weekday() < 5]
    weekend = [day for day in span if day.weekday() >= 5]
    return _by_month(weekdays or weekend), _by_month(weekend or weekdays)


def _by_month(days: Sequence[date]) -> _Weighted:
    return _Weighted(
        [day.toordinal() for day in days], [_MONTH_WEIGHTS[day.month - 1] for day in days]
    )


def _half_days(person: DemoPerson) -> Hours:
    hours: Hours = {}
    for weekday, start, _end in person.hours:
        hours.setdefault(weekday, []).append(_HALVES[start])
    return hours


def _weighted_branches(rng: random.Random, branches: Sequence[DemoBranch]) -> dict[str, _Weighted]:
    """The branches of each city, weighted: some request much more often than others."""
    by_city: dict[str, list[int]] = {}
    for index, branch in enumerate(branches):
        by_city.setdefault(data.city_of(branch.region), []).append(index)
    return {
        city: _Weighted(indexes, [rng.lognormvariate(0, 0.7) for _ in indexes])
        for city, indexes in by_city.items()
    }


def _weighted_people(people: Sequence[DemoPerson], city: str) -> _Weighted:
    """The instructors who serve a city, weighted by load; all, if none does."""
    indexes = [i for i, person in enumerate(people) if {city, data.PROVINCE} & set(person.serves)]
    indexes = indexes or list(range(len(people)))
    return _Weighted(indexes, [people[i].load for i in indexes])


def _attendees(rng: random.Random) -> int:
    drawn = round(rng.lognormvariate(math.log(MEDIAN_ATTENDEES), _SPREAD))
    return max(_FEWEST, min(_MOST, drawn))
