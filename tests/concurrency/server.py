"""Starts the product as in production: gunicorn and the worker, as processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.concurrency import gunicorn_ready
from tests.databases import SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


def environment(url: str, folder: Path, **more: str) -> dict[str, str]:
    """The environment of one installation on the database at `url`."""
    own = {
        "APP_ENV": "development",
        "SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": url,
        "INSTANCE_PATH": str(folder / "instance"),
        "BASE_URL": "http://localhost",
        "RATE_LIMITS": "1000000",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    inherited = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR")
    return {name: os.environ[name] for name in inherited if name in os.environ} | own | more


class Running:
    """A process with its children and their output."""

    def __init__(
        self, arguments: list[str], env: Mapping[str, str], log: Path, *, keep: tuple[int, ...] = ()
    ) -> None:
        self._log = log
        with log.open("ab") as file:
            # A new session: a signal to the process group reaches it and its children only.
            self._process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                pass_fds=keep,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        """The output so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, words: str, times: int = 1) -> None:
        """Wait until the log contains a text a number of times; raises `RuntimeError`."""
        end = time.monotonic() + START_SECONDS
        while self.log.count(words) < times:
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{words!r} was never said:\n{self.log}")
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self._process.pid

    def wait_for_end(self) -> None:
        """Wait until it exits by itself; raises `subprocess.TimeoutExpired`."""
        self._process.wait(START_SECONDS)

    def kill(self) -> None:
        """Send SIGKILL: no handler runs, nothing is completed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Terminate it and wait until it has exited."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, number)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)


class Web(Running):
    """The web server with two processes on a free loopback port."""

    def __init__(self, env: Mapping[str, str], log: Path, target: str = "wsgi:app") -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port: int = listener.getsockname()[1]
            number = listener.fileno()
            settings = f"python:{gunicorn_ready.__name__}"
            arguments = ["gunicorn", "-c", settings, "--bind", f"fd://{number}", target]
            super().__init__(arguments, env, log, keep=(number,))
        self.wait_for(gunicorn_ready.READY, gunicorn_ready.workers)


class Worker(Running):
    """The background worker."""

    def __init__(self, env: Mapping[str, str], log: Path, target: str = "wsgi") -> None:
        super().__init__(["flask", "--app", target, "worker"], env, log)
        self.wait_for("The worker is ready.")
