"""Times several calls in turns."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from time import perf_counter, process_time

from benchmarks.bulk.figures import Took


def timed(calls: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[Took]]:
    """What each call took in each round, after one that warms up.

    They are asked in turns, so that a busy minute of the machine falls on all of them.
    """
    found: dict[str, list[Took]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    gc.collect()
    # What the benchmark itself keeps is no load of the product's: it is not looked through.
    gc.freeze()
    try:
        for _ in range(rounds):
            for name, call in calls.items():
                found[name].append(_took(call))
    finally:
        gc.unfreeze()
    return found


def _took(call: Callable[[], object]) -> Took:
    begun, worked = perf_counter(), process_time()
    call()
    return Took((perf_counter() - begun) * 1000, (process_time() - worked) * 1000)
