"""W2: a match query of two weeks on a whole register. `python -m benchmarks.w2`.

One call of `directory.matching.service.find` in this process, with its queries: candidates,
their hours and bookings, the ranking, and the first slots of the twenty displayed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from benchmarks import memory
from benchmarks.bulk import command, fitting
from benchmarks.bulk.figures import Figure, figure
from benchmarks.bulk.fitting import Person, Taught
from benchmarks.bulk.registers import Register, register
from benchmarks.bulk.timing import timed
from benchmarks.checking import expect
from benchmarks.counting import InProcess
from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import DaySpan
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_date
from booking.db import db
from booking.directory.engine.match_query import MatchQuery
from booking.directory.engine.matching import Answer, Match
from booking.directory.matching import service as matching_service
from booking.instructors.engine.vocabulary import Audience
from booking.lectures.schedules.queries import bookable_slots

DISTRICT = "990102"
MINUTES = 120
WINDOW = timedelta(days=13)
"""Fourteen days, including the first."""
SAMPLE = 40
"""Instructors per case whose results are compared with the brute-force reference."""

EVERYBODY, PASS = "2 hours, anywhere", "bare pass of Python"


@dataclass(frozen=True, slots=True)
class Case:
    """A match query, its example topic, and the target p95 in ms by register size."""

    match_query: MatchQuery
    example: Taught | None
    goals: Mapping[int, float]


def main() -> None:
    """Load, check, measure and print."""
    options = command.options("w2", __doc__)
    figures: list[Figure] = []
    for kind in options.databases:
        for count in options.sizes:
            with register(kind, count) as loaded:
                figures += _measured(loaded, options.rounds)
    command.finish(options, {"W2, who can: one call of directory.service.find": figures})


def _cases(loaded: Register, people: list[Person]) -> dict[str, Case]:
    today = local_date(loaded.now, loaded.zone)
    window = MatchQuery(first=today, last=today + WINDOW, minutes=MINUTES)
    example = next(topic for person in people for topic in person.topics if "急救" in topic.title)
    few, all_of_them = {2_000: 10.0}, {2_000: 100.0, 20_000: 800.0}
    return {
        EVERYBODY: Case(window, None, all_of_them),
        "2 hours in a district": Case(replace(window, region_code=DISTRICT), None, all_of_them),
        "a topic in a district": Case(
            replace(window, region_code=DISTRICT, topic_id=example.id), example, few
        ),
        "急救 in a district": Case(replace(window, region_code=DISTRICT, words="急救"), None, {}),
        "a field, for villagers": Case(
            replace(window, region_code=DISTRICT, field="law", audience=Audience.VILLAGERS),
            None,
            {},
        ),
    }


def _measured(loaded: Register, rounds: int) -> list[Figure]:
    people = fitting.read(db.session())
    db.session().rollback()
    cases = _cases(loaded, people)
    considered = {name: _check(loaded, name, case, people) for name, case in cases.items()}
    calls: dict[str, Callable[[], object]] = {
        name: partial(_find, loaded, case.match_query) for name, case in cases.items()
    }
    calls[PASS] = lambda: fitting.fitting(people, cases[EVERYBODY].match_query, None)
    counter, times = InProcess(loaded.app), timed(calls, rounds)
    return [
        figure(
            name,
            loaded.kind,
            loaded.count,
            considered.get(name, len(people)),
            times[name],
            times[PASS],
            queries=counter.counted(call),
            peak_mb=memory.peak_of(call),
            goal_ms=cases[name].goals.get(loaded.count) if name in cases else None,
        )
        for name, call in calls.items()
    ]


def _find(loaded: Register, match_query: MatchQuery, limit: int = 20) -> Answer:
    session = db.session()
    answer = matching_service.find(
        session, match_query, now=loaded.now, zone=loaded.zone, limit=limit
    )
    session.rollback()
    return answer


def _check(loaded: Register, name: str, case: Case, people: list[Person]) -> int:
    """Check the count of candidates, and the slots of a sample, against the references."""
    fit = fitting.fitting(people, case.match_query, case.example)
    answer = _find(loaded, case.match_query, limit=len(people))
    expect(answer.considered == len(fit), f"{name}: {answer.considered} for {len(fit)}")
    shown = [match.instructor_id for match in _find(loaded, case.match_query).matches]
    matches = {match.instructor_id: match for match in answer.matches}
    expect(bool(shown), f"{name}: nobody can")
    expect(shown == list(matches)[: len(shown)], f"{name}: the order depends on the limit")
    homes = {person.known.id: person.home for person in people}
    for owner in random.Random(loaded.count).sample(sorted(fit), min(SAMPLE, len(fit))):
        match = matches.get(owner)
        if match is None:
            slots = [
                _slots(loaded, case.match_query, owner, homes[owner], topic) for topic in fit[owner]
            ]
            expect(not all(slots), f"{name}: {owner} is free and not in the answer")
        else:
            _check_match(loaded, name, case.match_query, match, homes[owner], fit[owner])
    db.session().rollback()
    return len(fit)


def _check_match(
    loaded: Register,
    name: str,
    match_query: MatchQuery,
    match: Match,
    home: str,
    fit: Iterable[Taught],
) -> None:
    [topic] = [topic for topic in fit if topic.id == match.topic_id]
    free = _apart(_slots(loaded, match_query, match.instructor_id, home, topic))
    expect(match.times == free, f"{name}: other times of {match.instructor_id}")


def _slots(
    loaded: Register, match_query: MatchQuery, owner: int, home: str, topic: Taught
) -> list[Interval]:
    """One instructor's slots, by the function that bookings use."""
    place = None if topic.only_online else Place(match_query.region_code or home)
    by_instructor = bookable_slots(
        db.session(),
        [owner],
        slot_request=SlotRequest(topic.minutes, place, match_query.organisation_id, DaySpan()),
        first=match_query.first,
        last=match_query.last,
        now=loaded.now,
        zone=loaded.zone,
    )
    return by_instructor[owner]


def _apart(slots: Iterable[Interval]) -> tuple[Interval, ...]:
    """The first three non-overlapping slots."""
    chosen: list[Interval] = []
    for slot in slots:
        if not chosen or chosen[-1][1] <= slot[0]:
            chosen.append(slot)
    return tuple(chosen[:3])


if __name__ == "__main__":
    main()
