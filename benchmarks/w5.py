"""W5: the directory's search on a whole register. `python -m benchmarks.w5`.

Measures the page's data (`directory.search.queries.find`: results, their number, and the earliest
slots on the twenty cards, as one call in this process with its queries) and the whole page over
HTTP from gunicorn on loopback.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from urllib.parse import urlencode

from benchmarks import memory
from benchmarks.bulk import command, obvious
from benchmarks.bulk.figures import Figure, figure
from benchmarks.bulk.registers import Register, register
from benchmarks.bulk.timing import timed
from benchmarks.checking import expect
from benchmarks.client import Connection, Request
from benchmarks.counting import InProcess
from benchmarks.routes import HELLO
from benchmarks.serving import gunicorn
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import slot_request_for
from booking.availability.engine.zones import local_date
from booking.db import db
from booking.directory.engine.cards import Results
from booking.directory.engine.search_query import PAGE_SIZE, Search
from booking.directory.search import queries as search_queries
from booking.lectures.schedules.queries import bookable_slots

GOAL_MS = 30.0
"""The target p95 of the page's data at 20,000 instructors."""
SEARCHES: Mapping[str, Search] = {
    "nothing asked, first page": Search(),
    "nothing asked, page 40": Search(page=40),
    "法 (one character)": Search(words="法"),
    "急救 (two characters)": Search(words="急救"),
    "急救 in a city": Search(words="急救", region="990100"),
    "zhang (pinyin)": Search(words="zhang"),
    "zs (initials)": Search(words="zs"),
    "field, region and audience": Search(field="law", region="990102", audience="villagers"),
    "audience alone": Search(audience="villagers"),
    "nobody": Search(words="乾坤挪移"),
}
HELLO_NAME, PASS = "hello", "bare pass of Python"
_CARD = re.compile(rb'<article class="card-instructor">.*?href="/instructors/(\d+)', re.DOTALL)


def main() -> None:
    """Load, check, measure and print."""
    options = command.options("w5", __doc__)
    data, pages = [], []
    for kind in options.databases:
        for count in options.sizes:
            with register(kind, count) as loaded:
                expected = _expected(loaded)
                data += _data(loaded, expected, options.rounds)
                pages += _pages(loaded, expected, options.rounds)
    command.finish(
        options,
        {
            "W5, the data of a page: one call of directory.queries.find": data,
            "W5, the whole page over HTTP (peak: the largest process)": pages,
        },
    )


def _expected(loaded: Register) -> dict[str, list[int]]:
    instructors = obvious.read(db.session())
    db.session().rollback()
    return {name: obvious.search(instructors, search) for name, search in SEARCHES.items()}


def _data(loaded: Register, expected: Mapping[str, list[int]], rounds: int) -> list[Figure]:
    instructors = obvious.read(db.session())
    db.session().rollback()
    calls: dict[str, Callable[[], object]] = {
        name: partial(_find, loaded, search) for name, search in SEARCHES.items()
    }
    for name, search in SEARCHES.items():
        _check(loaded, name, _find(loaded, search), expected[name])
    calls[PASS] = lambda: obvious.search(instructors, SEARCHES["急救 (two characters)"])
    counter, times = InProcess(loaded.app), timed(calls, rounds)
    return [
        figure(
            name,
            loaded.kind,
            loaded.count,
            len(expected.get(name, instructors)),
            times[name],
            times[PASS],
            queries=counter.counted(call),
            peak_mb=memory.peak_of(call),
            goal_ms=GOAL_MS if name in SEARCHES else None,
        )
        for name, call in calls.items()
    ]


def _find(loaded: Register, search: Search) -> Results:
    session = db.session()
    results = search_queries.find(
        session, search, here="", organisation_id=None, now=loaded.now, zone=loaded.zone
    )
    session.rollback()
    return results


def _check(loaded: Register, name: str, results: Results, expected: list[int]) -> None:
    """Check ids, order and number of results, and the earliest slots of each card."""
    search = SEARCHES[name]
    begin = (results.page - 1) * PAGE_SIZE
    ids = [card.instructor.id for card in results.cards]
    expect(results.total == len(expected), f"{name}: {results.total} for {len(expected)}")
    expect(ids == expected[begin : begin + PAGE_SIZE], f"{name}: other people on the page")
    today = local_date(loaded.now, loaded.zone)
    for card in results.cards:
        if card.topic is None:
            continue
        entry = card.instructor
        slots = bookable_slots(
            db.session(),
            [entry.id],
            slot_request=slot_request_for(card.topic, search.region or entry.region_code),
            first=today,
            last=today + search_queries.LOOK_AHEAD,
            now=loaded.now,
            zone=loaded.zone,
        )
        expect(card.earliest == _apart(slots[entry.id]), f"{name}: other times")
    db.session().rollback()


def _apart(slots: Sequence[Interval]) -> tuple[Interval, ...]:
    """The first three non-overlapping slots."""
    chosen: list[Interval] = []
    for slot in slots:
        if not chosen or chosen[-1][1] <= slot[0]:
            chosen.append(slot)
    return tuple(chosen[:3])


def _pages(loaded: Register, expected: Mapping[str, list[int]], rounds: int) -> list[Figure]:
    paths = {name: f"/instructors?{urlencode(search.query())}" for name, search in SEARCHES.items()}
    paths[HELLO_NAME] = HELLO
    counter = InProcess(loaded.app)
    counts = {name: counter.send(Request(path))[1] for name, path in paths.items()}
    with (
        gunicorn(loaded.environ, loaded.folder / "server.log") as port,
        closing(Connection(port)) as connection,
    ):
        for name, path in paths.items():
            _check_page(name, connection.send(Request(path)).body, expected)
        calls: dict[str, Callable[[], object]] = {
            name: partial(connection.send, Request(path)) for name, path in paths.items()
        }
        times, peak = timed(calls, rounds), memory.peak_of_server()
    return [
        figure(
            name,
            loaded.kind,
            loaded.count,
            len(expected.get(name, ())),
            times[name],
            times[HELLO_NAME],
            queries=counts[name],
            peak_mb=peak,
        )
        for name in paths
    ]


def _check_page(name: str, body: bytes, expected: Mapping[str, list[int]]) -> None:
    if name == HELLO_NAME:
        return
    begin = (SEARCHES[name].page - 1) * PAGE_SIZE
    shown = [int(instructor_id) for instructor_id in _CARD.findall(body)]
    expect(shown == expected[name][begin : begin + PAGE_SIZE], f"{name}: other cards")


if __name__ == "__main__":
    main()
