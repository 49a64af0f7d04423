"""Read files of strangers in a child process that may take so much memory and time and no more.

What a hostile file does to a library is then the child's own: the child ends, and the request
that waited for it is answered. This file is both sides: `ask` starts it as a program, which
limits itself and then calls the `main` of a module of ours. The child has no environment and so
no settings.
"""

from __future__ import annotations

import subprocess  # Strangers' files are read apart from everything else.  # nosec B404
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

PROGRAM = Path(__file__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take: bytes of address space, seconds of computing, seconds in all."""

    memory: int
    cpu_seconds: int
    seconds: float


class ChildEnded(Exception):
    """The child was ended by its limits, or broke."""


def command(module: str, limits: Limits) -> list[str]:
    """The program and its arguments that ask `main` of a module."""
    numbers = (str(limits.memory), str(limits.cpu_seconds))
    return [sys.executable, "-I", "-B", str(PROGRAM), module, *numbers]


def ask(module: str, question: bytes, limits: Limits) -> bytes:
    """What `main(question)` of a module returns. Raises `ChildEnded`.

    `module` is the full name of a module whose imports are free of Flask and the database.
    """
    try:
        # A program of ours, without a shell; what is read goes to its standard input.
        done = subprocess.run(  # nosec B603
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
    if done.returncode != 0:
        raise ChildEnded
    return done.stdout


def limit_this_process(memory: int, cpu_seconds: int) -> None:
    """Let the system end this process when it takes too much. There is no way back."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit_this_process(int(sys.argv[2]), int(sys.argv[3]))
    # -I leaves out the folder that the product lies in.
    sys.path.append(str(PROGRAM.parents[2]))
    sys.stdout.buffer.write(import_module(sys.argv[1]).main(sys.stdin.buffer.read()))
