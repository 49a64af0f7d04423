"""Measures the slot engine alone, without server or database, against `naive` on W1."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from benchmarks import naive, w1
from benchmarks.checking import expect
from benchmarks.series import Series
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import Booked, SlotRequest
from booking.availability.engine.slots import offered

TIMES, CALLS = 3, 20
"""Timings per function and round, and calls per timing: one call is too short to time."""


def measure(rounds: int) -> tuple[dict[str, Series], int]:
    """(milliseconds per call by function and round, number of slots)."""
    workload = w1.fixed()
    functions: dict[str, Callable[[], list[Interval]]] = {
        "naive": lambda: _list(naive.slots, workload),
        "offered": lambda: _offer(workload),
    }
    slot_lists = [function() for function in functions.values()]
    expect(bool(slot_lists[0]), "the naive way lists no slots for W1")
    expect(
        slot_lists[0] == slot_lists[1], "the engine and the naive way list different slots for W1"
    )
    series: dict[str, Series] = {name: [] for name in functions}
    for number in range(rounds):
        order = list(functions) if number % 2 == 0 else list(reversed(functions))
        for name in order:
            series[name].append([_time(functions[name]) for _ in range(TIMES)])
    return series, len(slot_lists[0])


def _list(function: Callable[..., list[Interval]], workload: w1.W1) -> list[Interval]:
    return function(
        workload.availability,
        workload.busy,
        minutes=w1.MINUTES,
        first=workload.first,
        last=workload.last,
        now=workload.now,
        zone=workload.zone,
    )


def _offer(workload: w1.W1) -> list[Interval]:
    return offered(
        workload.availability,
        [Booked(*hold, lecture_id=number) for number, hold in enumerate(workload.busy)],
        SlotRequest(w1.MINUTES),
        first=workload.first,
        last=workload.last,
        now=workload.now,
        zone=workload.zone,
    )


def _time(function: Callable[[], object]) -> float:
    """Milliseconds per call, averaged over `CALLS`."""
    begun = perf_counter()
    for _ in range(CALLS):
        function()
    return (perf_counter() - begun) * 1000 / CALLS
