"""Times several calls in an interleaved order."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter, process_time

from benchmarks.bulk.figures import Took
from booking.process import garbage


def timed(calls: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[Took]]:
    """The times of each call by name, one per round, after a warm-up call.

    Calls are interleaved, so that load on the machine affects all of them. Cyclic garbage is
    collected between calls and never within one, as in the product's processes.
    """
    times: dict[str, list[Took]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    with between_calls() as collect_garbage:
        for _ in range(rounds):
            for name, call in calls.items():
                times[name].append(_took(call))
                collect_garbage()
    return times


@contextmanager
def between_calls() -> Iterator[Callable[[], None]]:
    """Disable automatic garbage collection; yields a function that collects."""
    garbage.only_between()
    try:
        yield garbage.look
    finally:
        gc.enable()
        gc.unfreeze()


def _took(call: Callable[[], object]) -> Took:
    begun, worked = perf_counter(), process_time()
    call()
    return Took((perf_counter() - begun) * 1000, (process_time() - worked) * 1000)
