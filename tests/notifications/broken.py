"""Mail servers that fail in a configurable way, on real sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from tests.mailbox import read

HANG_UP, SILENT, DRIP = "hang up", "silent", "drip"

Trouble = Callable[[str, str], str]
"""(verb, recipient) → an SMTP reply, one of the three above, or '' for success.

The verbs are CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, and END for the end of a message.
"""

_GOOD = {
    "CONNECT": "220 ready",
    "EHLO": "250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN",
    "DATA": "354 go on",
    "QUIT": "221 bye",
}


@dataclass
class BrokenServer:
    """Stores accepted mails in order; `trouble` may be changed while it runs."""

    trouble: Trouble = lambda _verb, _recipient: ""
    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    connections: int = 0
    meanwhile: Callable[[str], None] = lambda _recipient: None
    """Called with the recipient when a message has arrived, before the reply."""
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def recipients(self) -> list[str]:
        """The recipients of accepted mails, in order."""
        return [recipient for recipient, _message in self.taken]

    def serve(self, listener: socket.socket) -> None:
        """Accept connections until the listener is closed, each in a thread."""
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line, suppress(OSError, _End):
            recipient = ""
            self._answer(line, "CONNECT", recipient)
            for command in (commands := line.makefile("rb")):
                verb = command[:4].decode("ascii", "replace").strip().upper()
                verb = {"STAR": "STARTTLS"}.get(verb, verb)
                if verb == "RCPT":
                    recipient = command.decode().partition("<")[2].partition(">")[0]
                if self._answer(line, verb, recipient) and verb == "DATA":
                    self._message(line, commands, recipient)
                if verb == "QUIT":
                    return

    def _message(self, line: socket.socket, commands: Iterator[bytes], recipient: str) -> None:
        content = bytearray()
        for part in commands:
            if part == b".\r\n":
                break
            content += part
        self.meanwhile(recipient)
        if self._answer(line, "END", recipient):
            self.taken.append((recipient, read(bytes(content))))

    def _answer(self, line: socket.socket, verb: str, recipient: str) -> bool:
        told = self.trouble(verb, recipient)
        if told == HANG_UP:
            raise _End
        if told == SILENT:
            self.over.wait(60)
            raise _End
        while told == DRIP and not self.over.wait(0.05):
            line.sendall(b"250-not yet\r\n")
        line.sendall(f"{told or _GOOD.get(verb, '250 OK')}\r\n".encode())
        return not told


class _End(Exception):
    """Raised to close the connection."""


@contextmanager
def serving() -> Iterator[BrokenServer]:
    """A `BrokenServer` on a free loopback port."""
    server = BrokenServer()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        yield server
        server.over.set()
        # Closing alone does not wake the thread that is blocked in accept.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
