"""Peak memory of a call or of the server."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

SERVER = b"benchmarks.server:app"
PROCESSES = Path("/proc")


def peak_of(call: Callable[[], object]) -> float:
    """Peak megabytes of Python objects during a call, which tracemalloc slows down."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def peak_of_server() -> float | None:
    """Peak resident megabytes of the largest server process; None without /proc."""
    peaks = [_high_water(pid) for pid in _descendants(os.getpid()) if SERVER in _command(pid)]
    return max(peaks, default=None)


def peak_of_children() -> float:
    """Peak resident megabytes of the largest process that this one has started; 0 without /proc."""
    return max(map(_high_water, _descendants(os.getpid())), default=0.0)


def _descendants(pid: int) -> Iterator[int]:
    listed = PROCESSES / str(pid) / "task" / str(pid) / "children"
    for child in listed.read_text().split() if listed.exists() else ():
        yield int(child)
        yield from _descendants(int(child))


def _command(pid: int) -> bytes:
    return (PROCESSES / str(pid) / "cmdline").read_bytes()


def _high_water(pid: int) -> float:
    lines = (PROCESSES / str(pid) / "status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kilobytes) / 1e3
