"""Runs a benchmark of a checkout so that its measured calls wait for their turn.

`benchmarks.compare` starts this file, not the module, with the Python and in the folder of another
checkout: it uses the standard library only, and replaces the functions that time one call. Before
each of them a byte is written to the pipe `TURNS_ASK`, and one is read from `TURNS_GO`.
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

TIMED = {
    "benchmarks.rounds": "_time",
    "benchmarks.engine": "_time",
    "benchmarks.page": "_time",
    "benchmarks.bulk.timing": "_took",
}
"""The functions that time one call, by module."""


def in_turn(call: Callable[..., Any], ask: int, go: int) -> Callable[..., Any]:
    """The function, which first asks for its turn and waits for it."""

    def waiting(*arguments: Any) -> Any:
        os.write(ask, b"?")
        os.read(go, 1)
        return call(*arguments)

    return waiting


def main() -> None:
    """Run the module that the arguments name, as `python -m` does."""
    ask, go = int(os.environ["TURNS_ASK"]), int(os.environ["TURNS_GO"])
    sys.path[0] = os.getcwd()
    del sys.argv[0]
    for name, function in TIMED.items():
        module = import_module(name)
        setattr(module, function, in_turn(getattr(module, function), ask, go))
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
