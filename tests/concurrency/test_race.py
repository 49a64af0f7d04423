"""Twenty branches want one time at the same instant: one gets it, nineteen are told.

A server takes seconds to start, so each goes on after the constraint of its database is dropped.
"""

from __future__ import annotations

from tests import extent
from tests.concurrency import ledger
from tests.concurrency.conftest import Start
from tests.concurrency.ledger import WHOLE
from tests.concurrency.province import Place
from tests.concurrency.races import complaints, rounds

ROUNDS = 50 if extent.WHOLE else 10
FEW = 6
SLOW = "tests.concurrency.slow_wsgi:app"
BROKEN = "tests.concurrency.broken_wsgi:app"
LONGEST_WAIT = 20.0
"""Seconds after which a request counts as never answered, on any machine."""


def test_one_of_twenty_gets_the_time(place: Place, start: Start) -> None:
    """With lock and constraint, then with the lock alone."""
    web = start(SLOW)
    played = list(rounds(web, place.province, ROUNDS))
    assert [said for one in played for said in complaints(one)] == []
    held = [(row.holds, row.history, row.events) for row in ledger.booked(place.url)]
    assert held == [WHOLE] * ROUNDS
    assert ledger.overlaps(place.url) == 0
    slowest = max(one.slowest for one in played[1:])
    print(f"\n{place.kind}: {ROUNDS} rounds, the longest wait was {slowest * 1000:.0f} ms")
    assert slowest < LONGEST_WAIT

    ledger.drop_constraint(place.url)
    played = list(rounds(web, place.province, FEW, first=ROUNDS))
    assert [said for one in played for said in complaints(one)] == []
    assert ledger.overlaps(place.url) == 0
    assert "locked" not in web.log
    assert "Traceback" not in web.log


def test_the_race_catches_a_product_without_its_guards(place: Place, start: Start) -> None:
    """With the constraint alone, then with nothing."""
    web = start(BROKEN)
    # On SQLite the transaction itself is the lock: there the constraint is never alone.
    guarded = FEW if place.kind == "postgresql" else 0
    played = list(rounds(web, place.province, guarded))
    assert [said for one in played for said in complaints(one)] == []
    assert ledger.overlaps(place.url) == 0
    assert len(ledger.booked(place.url)) == guarded

    ledger.drop_constraint(place.url)
    played = list(rounds(web, place.province, FEW, first=guarded))
    twice = [one for one in played if one.accepted > 1]
    print(f"\n{place.kind}: without guards {len(twice)} of {FEW} times were given twice or more")
    assert [one for one in twice if not complaints(one)] == []
    assert len(twice) > 0
    assert ledger.overlaps(place.url) > 0
