"""Which needs are freed together, and with which options, in a round of the search. Pure."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from booking.season_plans.engine.options import Options, Visit
from booking.season_plans.engine.partial_plan import Option, PartialPlan

MOST_VISITS = 14
"""Visits of a need that a round considers."""
MOST_STARTS = 4
"""Starts of a visit that a round considers: first, last and some between."""
SAMPLE = 6
"""Visits of a need by which its competitors are found."""
SAME_CITY_SHARE = 0.5
"""Of the rounds: they free needs of one city only, which can share journeys."""
UNMET_SHARE = 0.3
"""Of the rounds: they begin at a need that is not met, if there is any."""

Meeting = tuple[int, int]
"""An instructor on a day."""


class Neighbourhoods:
    """Chooses needs that compete for the same people on the same days."""

    def __init__(self, plan: PartialPlan, options: Options, seed: int) -> None:
        self._plan, self._options = plan, options
        self._rng = random.Random(seed)  # A search, not a secret.  # nosec B311
        self.movable = [need for need in range(len(plan.needs)) if options.visits(need)]
        self._competing: defaultdict[Meeting, list[int]] = defaultdict(list)
        for need in self.movable:
            for visit in options.visits(need):
                self._competing[visit.instructor, visit.day].append(need)

    def draw(self, size: int) -> list[int]:
        """At most `size` needs around one that is not met, or travels far, or any."""
        freed = dict.fromkeys([self._seed()])
        for need in self._spreading(freed):
            freed.setdefault(need)
            if len(freed) >= size:
                break
        return list(freed)

    def options(self, freed: Sequence[int], current: dict[int, Option]) -> Iterator[Option]:
        """The options of freed needs beside the plan without them, their present ones included."""
        order: dict[Meeting, float] = {}
        for need in freed:
            listed = set()
            for visit in self._cheapest(need, order):
                for option in self._some_starts(need, visit):
                    listed.add(option)
            if need in current:
                listed.add(current[need])
            yield from sorted(listed)

    def _seed(self) -> int:
        unmet = [need for need in self.movable if self._plan.chosen[need] is None]
        if unmet and self._rng.random() < UNMET_SHARE:
            return self._rng.choice(unmet)
        few = self._rng.sample(self.movable, min(8, len(self.movable)))
        return max(few, key=self._way)

    def _way(self, need: int) -> int:
        """The way from home to the present assignment, which a better one could spare."""
        option = self._plan.chosen[need]
        if option is None:
            return 0
        return self._plan.way_alone(option)

    def _city(self, need: int) -> str:
        place = self._plan.needs[need].place
        return place.region_code[:4] if place else ""

    def _spreading(self, freed: dict[int, None]) -> Iterator[int]:
        """Competitors of the freed needs, the nearest circle first; anybody when these end."""
        reached = 0
        city = self._city(next(iter(freed)))
        near = self._rng.random() < SAME_CITY_SHARE
        while reached < len(freed):
            need = list(freed)[reached]
            reached += 1
            visits = self._options.visits(need)
            for visit in self._rng.sample(visits, min(SAMPLE, len(visits))):
                competing = self._competing[visit.instructor, visit.day]
                if near:
                    competing = [one for one in competing if self._city(one) == city]
                yield from self._rng.sample(competing, min(SAMPLE, len(competing)))
        yield from self._rng.sample(self.movable, len(self.movable))

    def _cheapest(self, need: int, order: dict[Meeting, float]) -> list[Visit]:
        """The visits with the shortest ways in the plan as it stands.

        Of equals those of the same instructors and days for all freed needs, so that needs of one
        place can share a journey.
        """
        keyed = []
        for visit in self._options.visits(need):
            meeting = visit.instructor, visit.day
            drawn = order.get(meeting)
            if drawn is None:
                drawn = order[meeting] = self._rng.random()
            way = self._plan.travel(need, *meeting)
            keyed.append((way, drawn, visit))
        keyed.sort(key=lambda one: one[:2])
        return [visit for _way, _drawn, visit in keyed[:MOST_VISITS]]

    def _some_starts(self, need: int, visit: Visit) -> list[Option]:
        fitting = [one for one in self._options.of_visit(need, visit) if self._plan.fits(one)]
        if len(fitting) <= MOST_STARTS:
            return fitting
        between = self._rng.sample(fitting[1:-1], MOST_STARTS - 2)
        return [fitting[0], fitting[-1], *between]
