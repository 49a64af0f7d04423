"""The interleaved run: each round sends every case, in a rotating order."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.cases import Case
from benchmarks.checking import expect
from benchmarks.client import Answer, Connection
from benchmarks.counting import InProcess
from benchmarks.series import Series


@dataclass(frozen=True, slots=True)
class Size:
    """Body bytes and SQL statements of a response."""

    bytes: int
    queries: int


def verify(cases: Sequence[Case], connection: Connection, here: InProcess) -> dict[str, Size]:
    """Send each case once to the server and once in this process; checks both responses."""
    sizes = {}
    for case in cases:
        if case.before is not None:
            connection.send(case.before)
            here.send(case.before)
        served = connection.send(case.request())
        if "warm" in case.name:
            here.send(case.request())
        counted, queries = here.send(case.request())
        for answer in (served, counted):
            _check(case, answer)
        sizes[case.name] = Size(len(served.body), queries)
    return sizes


def run(
    cases: Sequence[Case], connection: Connection, *, rounds: int, times: int
) -> dict[str, Series]:
    """Milliseconds of every case, `times` times in each of `rounds` rounds."""
    series: dict[str, Series] = {case.name: [] for case in cases}
    gc.collect()
    gc.disable()
    try:
        for number in range(rounds):
            for case in _rotated(cases, number):
                series[case.name].append([_time(case, connection) for _ in range(times)])
    finally:
        gc.enable()
    return series


def _rotated(cases: Sequence[Case], number: int) -> list[Case]:
    """The cases, starting with another one in each round, to even out order effects."""
    turn = number % len(cases)
    return [*cases[turn:], *cases[:turn]]


def _time(case: Case, connection: Connection) -> float:
    if case.before is not None:
        connection.send(case.before)
    answer = connection.send(case.request())
    expect(answer.status == case.status, f"{case.name}: {answer.status}")
    return answer.milliseconds


def _check(case: Case, answer: Answer) -> None:
    expect(answer.status == case.status, f"{case.name}: {answer.status}, {answer.body[:400]!r}")
    case.check(answer)
