"""Helpers for tests of mail: a round of the worker, and a mail server with failures."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from booking.notifications.transmission.delivery import deliver
from tests.conftest import Time
from tests.mailbox import Mailbox


def round_of_work(app: Flask, time: Time) -> int:
    """Run the worker's job of each minute; returns the number of mails sent."""
    with app.app_context():
        return deliver(time.now)


class Troubled(Mailbox):
    """A mail server with configurable failures; counts the mails offered."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble = ""
        """The failure: an SMTP reply such as '451 later', 'hang up', or '' for none."""
        self.offered = 0
        self.meanwhile: Callable[[], object] | None = None
        """Called in another thread while a mail is being received."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Fail as configured, or store the message."""
        self.offered += 1
        if self.meanwhile is not None:
            await asyncio.get_running_loop().run_in_executor(None, self.meanwhile)
        if self.trouble == "hang up":
            transport: Any = server.transport
            transport.close()
            return "421 gone"
        return self.trouble or await super().handle_DATA(server, session, envelope)


@pytest.fixture
def troubled() -> Iterator[Troubled]:
    """A mail server with configurable failures, on the loopback."""
    mailbox = Troubled()
    with socket.create_server(("127.0.0.1", 0)) as free:
        mailbox.port = free.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, decode_data=False)
    server.start()
    yield mailbox
    server.stop()
