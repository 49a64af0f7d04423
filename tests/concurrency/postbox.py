"""Mail destinations that can be observed: a folder of files, or a mail server."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

WATCH_SECONDS = 60.0


class Postbox(Protocol):
    """A mail destination."""

    environment: dict[str, str]

    def strike_at(self, count: int, act: Callable[[], object]) -> None:
        """Call a function once when a number of mails has arrived; waits for that."""

    def mails(self) -> list[EmailMessage]:
        """All received mails."""


class Folder:
    """The folder of .eml files, used without a mail server."""

    def __init__(self, folder: Path) -> None:
        self.environment: dict[str, str] = {}
        self._folder = folder

    def strike_at(self, count: int, act: Callable[[], object]) -> None:
        """Poll the folder, then call the function."""
        wait_until(lambda: len(self.mails()) >= count)
        act()

    def mails(self) -> list[EmailMessage]:
        """The complete files."""
        return [_read(path.read_bytes()) for path in self._folder.glob("*.eml")]


class Server:
    """A mail server that calls the function before it acknowledges the mail."""

    def __init__(self) -> None:
        self.environment: dict[str, str] = {}
        self.patience = WATCH_SECONDS
        self._contents: list[bytes] = []
        self._strike: tuple[int, Callable[[], object]] | None = None

    def strike_at(self, count: int, act: Callable[[], object]) -> None:
        """Call the function on receipt; if it kills the sender, that gets no acknowledgement."""
        self._strike = (count, act)
        wait_until(lambda: self._strike is None, self.patience)

    def mails(self) -> list[EmailMessage]:
        """All received mails in order of arrival."""
        return [_read(content) for content in self._contents]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Store the mail."""
        content = envelope.content
        assert isinstance(content, bytes)
        self._contents.append(content)
        if self._strike and len(self._contents) >= self._strike[0]:
            self._strike[1]()
            self._strike = None
        return "250 OK"


@contextmanager
def serving() -> Iterator[Server]:
    """A mail server on a free loopback port."""
    server = Server()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port, decode_data=False)
    controller.start()
    server.environment["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    try:
        yield server
    finally:
        controller.stop()


def wait_until(condition: Callable[[], bool], seconds: float = WATCH_SECONDS) -> None:
    """Wait for a condition that another process causes; raises `TimeoutError`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("it never happened")
        time.sleep(0.02)


def _read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)
