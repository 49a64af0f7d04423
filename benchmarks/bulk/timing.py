"""Times several calls in turns."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter, process_time

from benchmarks.bulk.figures import Took
from booking.process import garbage


def timed(calls: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[Took]]:
    """What each call took in each round, after one that warms up.

    They are asked in turns, so that a busy minute of the machine falls on all of them. Cyclic
    garbage is looked for between them and never within one, as the product's processes do.
    """
    found: dict[str, list[Took]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    with between_calls() as look:
        for _ in range(rounds):
            for name, call in calls.items():
                found[name].append(_took(call))
                look()
    return found


@contextmanager
def between_calls() -> Iterator[Callable[[], None]]:
    """Garbage is looked for when the function is called, and at no other time."""
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
