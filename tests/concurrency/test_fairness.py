"""Two hundred branches want fifty times: fifty are served, and nobody is left waiting."""

from __future__ import annotations

import random
from collections import Counter

from tests.concurrency import ledger
from tests.concurrency.conftest import Start
from tests.concurrency.ledger import WHOLE
from tests.concurrency.province import Place, Province
from tests.concurrency.server import Web
from tests.concurrency.visitors import Answer, at_once, booking, in_turn, send
from tests.factories import COUNTY

CLIENTS, SLOTS, IN_FLIGHT = 200, 50, 20
GOAL_MS = 148
"""The wanted 95th percentile with twenty in flight: printed, for machines are noisy."""
WANTED_WAIT_MS = 1000
"""Nobody should wait longer with twenty in flight: printed as well."""
LONGEST_WAIT = 20.0
"""Seconds after which a request counts as never answered, on any machine."""
WARM_UP = 16


def _requests(province: Province, first: int) -> list[bytes]:
    """Four visitors for each of fifty times, in an order without a pattern."""
    slots = province.slots[first : first + SLOTS]
    wanted = [slots[number % SLOTS] for number in range(CLIENTS)]
    random.Random(first).shuffle(wanted)
    pairs = zip(province.visitors, wanted, strict=True)
    return [booking(visitor, slot, COUNTY) for visitor, slot in pairs]


def _warm(web: Web, province: Province) -> None:
    """Both workers compile their templates and open their connections."""
    requests = [booking(visitor, province.slots[-1], COUNTY) for visitor in province.visitors]
    for start in range(0, 4 * WARM_UP, WARM_UP):
        at_once(web.port, requests[start : start + WARM_UP])


def _figures(name: str, answers: list[Answer]) -> str:
    """Percentiles in milliseconds, for all and for both kinds of answer."""
    goal = f"p95 <= {GOAL_MS}, max < {WANTED_WAIT_MS} ms with {IN_FLIGHT} in flight"
    lines = [f"\n{name} (goal: {goal})"]
    for status in (None, 303, 409):
        times = sorted(one.seconds * 1000 for one in answers if status in (None, one.status))
        p50, p95 = (times[int(len(times) * share)] for share in (0.5, 0.95))
        lines.append(f"  {status or 'all'}: p50 {p50:.0f}  p95 {p95:.0f}  max {times[-1]:.0f} ms")
    return "\n".join(lines)


def _overtaken(answers: list[Answer]) -> int:
    """The most later requests that were answered before an earlier one, on any machine."""
    ends = [(one.began, one.began + one.seconds) for one in answers]
    return max(
        sum(began < other and other_end < end for other, other_end in ends) for began, end in ends
    )


def _judge(place: Place, web: Web, answers: list[Answer], expected: int) -> None:
    assert Counter(one.status for one in answers) == {303: SLOTS, 409: CLIENTS - SLOTS}
    rows = [(row.holds, row.history, row.events) for row in ledger.booked(place.url)]
    assert rows == [WHOLE] * expected
    assert ledger.overlaps(place.url) == 0
    assert "locked" not in web.log


def test_nobody_waits_for_long(place: Place, start: Start) -> None:
    web = start()
    _warm(web, place.province)
    requests = _requests(place.province, 0)
    answers = in_turn(lambda one: send(web.port, one), requests, in_flight=IN_FLIGHT)
    overtaken = _overtaken(answers)
    print(_figures(f"{place.kind}, {IN_FLIGHT} in flight", answers))
    print(f"  overtaken at most {overtaken} times")
    _judge(place, web, answers, SLOTS + 1)
    assert max(one.seconds for one in answers) < LONGEST_WAIT
    assert overtaken < CLIENTS // 2
    answers = at_once(web.port, _requests(place.province, SLOTS))
    print(_figures(f"{place.kind}, all {CLIENTS} at once", answers))
    _judge(place, web, answers, 2 * SLOTS + 1)
    assert max(one.seconds for one in answers) < LONGEST_WAIT
