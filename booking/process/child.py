"""Runs a parser of untrusted files in a child process with limits of memory and time.

A hostile file can then only harm the child: the child ends, and the request that waited for it is
answered. This file is both sides: `ask` runs it as a script, which sets its own limits and then
calls the `main` of a module of this package. The child has no environment and so no settings.
"""

from __future__ import annotations

import subprocess  # Untrusted files are parsed in a process of their own.  # nosec B404
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

PROGRAM = Path(__file__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a child: bytes of address space, seconds of CPU time, seconds of wall time."""

    memory: int
    cpu_seconds: int
    seconds: float


class ChildEnded(Exception):
    """The child was killed by its limits, or failed."""


def command(module: str, limits: Limits) -> list[str]:
    """The command line that runs `main` of a module in a child."""
    numbers = (str(limits.memory), str(limits.cpu_seconds))
    return [sys.executable, "-I", "-B", str(PROGRAM), module, *numbers]


def ask(module: str, question: bytes, limits: Limits) -> bytes:
    """Run `main(question)` of a module in a child; returns its result. Raises `ChildEnded`.

    `module` is the full name of a module that imports neither Flask nor the database.
    """
    try:
        # A fixed program, without a shell; the input goes to its standard input.
        completed = subprocess.run(  # nosec B603
            command(module, limits),
            input=question,
            stdout=subprocess.PIPE,
            # A traceback may quote the file.
            stderr=subprocess.DEVNULL,
            timeout=limits.seconds,
            env={},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ChildEnded from None
    if completed.returncode != 0:
        raise ChildEnded
    return completed.stdout


def limit_this_process(memory: int, cpu_seconds: int) -> None:
    """Set resource limits of this process; they cannot be raised again."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit_this_process(int(sys.argv[2]), int(sys.argv[3]))
    # -I leaves the folder of the package out of sys.path.
    sys.path.append(str(PROGRAM.parents[2]))
    sys.stdout.buffer.write(import_module(sys.argv[1]).main(sys.stdin.buffer.read()))
