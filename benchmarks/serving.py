"""Runs gunicorn with two workers of four threads on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import config

WORKERS, THREADS = 2, 4
PATIENCE = 20.0
"""Seconds within which the server must start, and stop."""


@contextmanager
def gunicorn(environ: Mapping[str, str], log: Path) -> Iterator[int]:
    """Serve `benchmarks.server:app` with these settings; yields the port.

    The socket is opened here and inherited, so that no other process can take the port.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        port: int = listener.getsockname()[1]
        with log.open("wb") as output:
            process = subprocess.Popen(
                _command(listener.fileno()),
                cwd=config.ROOT,
                env={**os.environ, **environ},
                pass_fds=[listener.fileno()],
                stdout=output,
                stderr=output,
            )
        try:
            _wait(process, log)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def _command(descriptor: int) -> list[str]:
    # Keep-alive outlasts the run, so that the same worker handles every case.
    options = f"--workers {WORKERS} --threads {THREADS} --keep-alive 300 --graceful-timeout 2"
    return [
        *(sys.executable, "-m", "gunicorn", "benchmarks.server:app"),
        *options.split(),
        *("--bind", f"fd://{descriptor}"),
    ]


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until all workers have booted; raises RuntimeError with the log if they do not."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit and process.poll() is None:
        if log.read_text().count("Booting worker") >= WORKERS:
            return
        time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"the server does not start:\n{log.read_text()}")
