"""How much memory a call or the server takes at most."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

SERVER = b"benchmarks.server:app"
PROCESSES = Path("/proc")


def peak_of(call: Callable[[], object]) -> float:
    """Megabytes of Python objects that a call holds at once at most; the call is slowed."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def peak_of_server() -> float | None:
    """Megabytes that the largest process of the server has held; None where no /proc tells."""
    found = [_high_water(pid) for pid in _below(os.getpid()) if SERVER in _command(pid)]
    return max(found, default=None)


def _below(pid: int) -> Iterator[int]:
    listed = PROCESSES / str(pid) / "task" / str(pid) / "children"
    for child in listed.read_text().split() if listed.exists() else ():
        yield int(child)
        yield from _below(int(child))


def _command(pid: int) -> bytes:
    return (PROCESSES / str(pid) / "cmdline").read_bytes()


def _high_water(pid: int) -> float:
    lines = (PROCESSES / str(pid) / "status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kilobytes) / 1e3
