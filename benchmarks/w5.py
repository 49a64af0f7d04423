"""W5: the directory's search on a whole register. `python -m benchmarks.w5`.

Two things are timed: the page's data (`directory.queries.find`: who fits, how many, and the
earliest times on the twenty cards, as one call in this process with its queries) and the
whole page over HTTP from gunicorn on loopback.
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
from booking.availability.engine.hours import local_date
from booking.availability.engine.intervals import Interval
from booking.availability.engine.slot_request import slot_request_for
from booking.db import db
from booking.directory.engine.cards import Results
from booking.directory.engine.search_query import PAGE_SIZE, Search
from booking.directory.search import queries as search_queries
from booking.lectures.queries import bookable_slots

GOAL_MS = 30.0
"""The p95 wished for the page's data at 20,000."""
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
            with register(kind, count) as one:
                expected = _expected(one)
                data += _data(one, expected, options.rounds)
                pages += _pages(one, expected, options.rounds)
    command.finish(
        options,
        {
            "W5, the data of a page: one call of directory.queries.find": data,
            "W5, the whole page over HTTP (peak: the largest process)": pages,
        },
    )


def _expected(one: Register) -> dict[str, list[int]]:
    known = obvious.read(db.session())
    db.session().rollback()
    return {name: obvious.search(known, wanted) for name, wanted in SEARCHES.items()}


def _data(one: Register, expected: Mapping[str, list[int]], rounds: int) -> list[Figure]:
    known = obvious.read(db.session())
    db.session().rollback()
    calls: dict[str, Callable[[], object]] = {
        name: partial(_find, one, wanted) for name, wanted in SEARCHES.items()
    }
    for name, wanted in SEARCHES.items():
        _check(one, name, _find(one, wanted), expected[name])
    calls[PASS] = lambda: obvious.search(known, SEARCHES["急救 (two characters)"])
    counter, times = InProcess(one.app), timed(calls, rounds)
    return [
        figure(
            name,
            one.kind,
            one.count,
            len(expected.get(name, known)),
            times[name],
            times[PASS],
            queries=counter.counted(call),
            peak_mb=memory.peak_of(call),
            goal_ms=GOAL_MS if name in SEARCHES else None,
        )
        for name, call in calls.items()
    ]


def _find(one: Register, wanted: Search) -> Results:
    session = db.session()
    found = search_queries.find(
        session, wanted, here="", organisation_id=None, now=one.now, zone=one.zone
    )
    session.rollback()
    return found


def _check(one: Register, name: str, found: Results, expected: list[int]) -> None:
    """The right people in the right order, with the first of all times that they offer."""
    wanted = SEARCHES[name]
    begin = (found.page - 1) * PAGE_SIZE
    ids = [card.instructor.id for card in found.cards]
    expect(found.total == len(expected), f"{name}: {found.total} for {len(expected)}")
    expect(ids == expected[begin : begin + PAGE_SIZE], f"{name}: other people on the page")
    today = local_date(one.now, one.zone)
    for card in found.cards:
        if card.topic is None:
            continue
        entry = card.instructor
        slots = bookable_slots(
            db.session(),
            [entry.id],
            slot_request=slot_request_for(card.topic, wanted.region or entry.region_code),
            first=today,
            last=today + search_queries.LOOK_AHEAD,
            now=one.now,
            zone=one.zone,
        )
        expect(card.earliest == _apart(slots[entry.id]), f"{name}: other times")
    db.session().rollback()


def _apart(slots: Sequence[Interval]) -> tuple[Interval, ...]:
    """The first three times that do not overlap each other."""
    chosen: list[Interval] = []
    for slot in slots:
        if not chosen or chosen[-1][1] <= slot[0]:
            chosen.append(slot)
    return tuple(chosen[:3])


def _pages(one: Register, expected: Mapping[str, list[int]], rounds: int) -> list[Figure]:
    paths = {name: f"/instructors?{urlencode(wanted.query())}" for name, wanted in SEARCHES.items()}
    paths[HELLO_NAME] = HELLO
    counter = InProcess(one.app)
    counts = {name: counter.send(Request(path))[1] for name, path in paths.items()}
    with (
        gunicorn(one.environ, one.folder / "server.log") as port,
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
            one.kind,
            one.count,
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
    shown = [int(found) for found in _CARD.findall(body)]
    expect(shown == expected[name][begin : begin + PAGE_SIZE], f"{name}: other cards")


if __name__ == "__main__":
    main()
