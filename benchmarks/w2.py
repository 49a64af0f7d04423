"""W2: who of a whole register can teach this, here, within two weeks? `python -m benchmarks.w2`.

One call of `directory.service.find` in this process, with its queries: candidates, their
hours and bookings, the order, and the first times of the twenty who are shown.
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
from booking.availability.engine.hours import local_date
from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import DaySpan
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.db import db
from booking.directory.engine.matching import Answer, Match, MatchQuery
from booking.directory.matching import service as matching_service
from booking.instructors.engine.vocabulary import Audience
from booking.lectures.queries import bookable_slots

DISTRICT = "990102"
MINUTES = 120
WINDOW = timedelta(days=13)
"""Fourteen days with the first."""
SAMPLE = 40
"""People whose answers are compared with the slow way, in each case."""

EVERYBODY, PASS = "2 hours, anywhere", "bare pass of Python"


@dataclass(frozen=True, slots=True)
class Case:
    """A need, the topic that is its example, and the p95 wished for, by size."""

    match_query: MatchQuery
    example: Taught | None
    goals: Mapping[int, float]


def main() -> None:
    """Load, check, measure and print."""
    options = command.options("w2", __doc__)
    figures: list[Figure] = []
    for kind in options.databases:
        for count in options.sizes:
            with register(kind, count) as one:
                figures += _measured(one, options.rounds)
    command.finish(options, {"W2, who can: one call of directory.service.find": figures})


def _cases(one: Register, people: list[Person]) -> dict[str, Case]:
    today = local_date(one.now, one.zone)
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


def _measured(one: Register, rounds: int) -> list[Figure]:
    people = fitting.read(db.session())
    db.session().rollback()
    cases = _cases(one, people)
    considered = {name: _check(one, name, case, people) for name, case in cases.items()}
    calls: dict[str, Callable[[], object]] = {
        name: partial(_find, one, case.match_query) for name, case in cases.items()
    }
    calls[PASS] = lambda: fitting.fitting(people, cases[EVERYBODY].match_query, None)
    counter, times = InProcess(one.app), timed(calls, rounds)
    return [
        figure(
            name,
            one.kind,
            one.count,
            considered.get(name, len(people)),
            times[name],
            times[PASS],
            queries=counter.counted(call),
            peak_mb=memory.peak_of(call),
            goal_ms=cases[name].goals.get(one.count) if name in cases else None,
        )
        for name, call in calls.items()
    ]


def _find(one: Register, match_query: MatchQuery, limit: int = 20) -> Answer:
    session = db.session()
    found = matching_service.find(session, match_query, now=one.now, zone=one.zone, limit=limit)
    session.rollback()
    return found


def _check(one: Register, name: str, case: Case, people: list[Person]) -> int:
    """All who fit are considered, and a sample of them is answered as the slow way answers."""
    fit = fitting.fitting(people, case.match_query, case.example)
    answer = _find(one, case.match_query, limit=len(people))
    expect(answer.considered == len(fit), f"{name}: {answer.considered} for {len(fit)}")
    shown = [match.instructor_id for match in _find(one, case.match_query).matches]
    matches = {match.instructor_id: match for match in answer.matches}
    expect(bool(shown), f"{name}: nobody can")
    expect(shown == list(matches)[: len(shown)], f"{name}: the order depends on the limit")
    homes = {person.known.id: person.home for person in people}
    for owner in random.Random(one.count).sample(sorted(fit), min(SAMPLE, len(fit))):
        match = matches.get(owner)
        if match is None:
            slots = [
                _slots(one, case.match_query, owner, homes[owner], topic) for topic in fit[owner]
            ]
            expect(not all(slots), f"{name}: {owner} is free and not in the answer")
        else:
            _check_match(one, name, case.match_query, match, homes[owner], fit[owner])
    db.session().rollback()
    return len(fit)


def _check_match(
    one: Register,
    name: str,
    match_query: MatchQuery,
    match: Match,
    home: str,
    fit: Iterable[Taught],
) -> None:
    [topic] = [topic for topic in fit if topic.id == match.topic_id]
    free = _apart(_slots(one, match_query, match.instructor_id, home, topic))
    expect(match.times == free, f"{name}: other times of {match.instructor_id}")


def _slots(
    one: Register, match_query: MatchQuery, owner: int, home: str, topic: Taught
) -> list[Interval]:
    """What one instructor offers, by the function that the booking asks, for one person alone."""
    place = None if topic.only_online else Place(match_query.region_code or home)
    found = bookable_slots(
        db.session(),
        [owner],
        slot_request=SlotRequest(topic.minutes, place, match_query.organisation_id, DaySpan()),
        first=match_query.first,
        last=match_query.last,
        now=one.now,
        zone=one.zone,
    )
    return found[owner]


def _apart(slots: Iterable[Interval]) -> tuple[Interval, ...]:
    """The first three times that do not overlap each other."""
    chosen: list[Interval] = []
    for slot in slots:
        if not chosen or chosen[-1][1] <= slot[0]:
            chosen.append(slot)
    return tuple(chosen[:3])


if __name__ == "__main__":
    main()
