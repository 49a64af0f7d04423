"""Runs gunicorn and the worker as processes on the loopback, in a folder of their own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

from tests import databases

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds until waiting for a condition times out."""

_SETUP_LINK = re.compile(r"http://\S+/setup/\S+")

T = TypeVar("T")


def wait_for(look: Callable[[], T | None], what: str) -> T:
    """Poll `look` and return its first true result; AssertionError after `PATIENCE`."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = look()
        if found is not None:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {PATIENCE:.0f} s in vain for {what}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Site:
    """A running installation: `base_url`, CLI commands, mail."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        *,
        host: str = "127.0.0.1",
        more: Mapping[str, str] | None = None,
    ) -> None:
        port = _free_port()
        self.folder = folder
        self.base_url = f"http://{host}:{port}"
        self.database_url = database_url
        settings = {
            "SECRET_KEY": databases.SECRET_KEY,
            "DATABASE_URL": database_url,
            "INSTANCE_PATH": str(folder / "instance"),
            "RATE_LIMITS": "1000000",
            "BASE_URL": self.base_url,
            "PORT": str(port),
        }
        outer = {key: value for key, value in os.environ.items() if key not in _OUR_SETTINGS}
        self._environment = outer | settings | dict(more or {})
        self._processes: list[subprocess.Popen[bytes]] = []
        self._bind = f"127.0.0.1:{port}"

    def start(self) -> None:
        """Start server and worker, and wait until pages are served."""
        gunicorn = ("gunicorn", "wsgi:app", "--workers=1", "--threads=4", f"--bind={self._bind}")
        self._run("server.log", *gunicorn)
        self._run("worker.log", "flask", "--app", "wsgi", "worker")
        wait_for(self._answers, f"the first page; see {self.folder}/server.log")

    def _run(self, log: str, *command: str) -> None:
        with (self.folder / log).open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._processes.append(process)

    def _answers(self) -> bool | None:
        try:
            with urllib.request.urlopen(self.base_url, timeout=5):
                return True
        except OSError:
            return None

    def setup_link(self) -> str:
        """The one-time link of the first start, as the server has printed it in its log."""

        def look() -> str | None:
            found = _SETUP_LINK.findall((self.folder / "server.log").read_text())
            return found[-1] if found else None

        return wait_for(look, "the link of the first start")

    def stop(self) -> None:
        """Terminate both processes."""
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def flask(self, *arguments: str) -> str:
        """Run a `flask …` command; returns its output."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mail_to(self, address: str) -> list[EmailMessage]:
        """The mails that the worker has written to a recipient, oldest first."""
        paths = sorted((self.folder / "instance" / "mail").glob("*.eml"))
        mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
        return [mail for mail in mails if address in str(mail["To"])]

    def mail(self, address: str, number: int) -> EmailMessage:
        """The n-th mail, from 1, to a recipient; waits for the worker."""

        def look() -> EmailMessage | None:
            mails = self.mail_to(address)
            return mails[number - 1] if len(mails) >= number else None

        return wait_for(look, f"mail {number} to {address}; see {self.folder}/worker.log")


_OUR_SETTINGS = frozenset(
    {"APP_ENV", "LANGUAGES", "TIMEZONE", "SMTP_URL", "MAIL_FROM", "HUEY_URL", "FEED_PLAIN_AGENTS"}
    | {"TWO_FACTOR_ROLES"}
)
"""Environment variables to remove: a developer's settings must not affect the tests."""
