"""The slot engine alone, without a server or a database: W1 against the naive way."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from benchmarks import naive, w1
from benchmarks.checking import expect
from benchmarks.series import Series
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import Booked, SlotRequest, offered

TIMES, CALLS = 3, 20
"""Timings of each way in one round, and calls in one timing: one is too short for a clock."""


def measure(rounds: int) -> tuple[dict[str, Series], int]:
    """Milliseconds a call of each way, by round, and how many slots they list."""
    asked = w1.fixed()
    ways: dict[str, Callable[[], list[Interval]]] = {
        "naive": lambda: _list(naive.slots, asked),
        "offered": lambda: _offer(asked),
    }
    answers = [way() for way in ways.values()]
    expect(bool(answers[0]), "the naive way lists no slots for W1")
    expect(answers[0] == answers[1], "the engine and the naive way list different slots for W1")
    series: dict[str, Series] = {name: [] for name in ways}
    for number in range(rounds):
        order = list(ways) if number % 2 == 0 else list(reversed(ways))
        for name in order:
            series[name].append([_time(ways[name]) for _ in range(TIMES)])
    return series, len(answers[0])


def _list(way: Callable[..., list[Interval]], asked: w1.W1) -> list[Interval]:
    return way(
        asked.availability,
        asked.busy,
        minutes=w1.MINUTES,
        first=asked.first,
        last=asked.last,
        now=asked.now,
        zone=asked.zone,
    )


def _offer(asked: w1.W1) -> list[Interval]:
    return offered(
        asked.availability,
        [Booked(start, end) for start, end in asked.busy],
        SlotRequest(w1.MINUTES),
        first=asked.first,
        last=asked.last,
        now=asked.now,
        zone=asked.zone,
    )


def _time(way: Callable[[], object]) -> float:
    """Milliseconds a call, on average over `CALLS`."""
    begun = perf_counter()
    for _ in range(CALLS):
        way()
    return (perf_counter() - begun) * 1000 / CALLS
