"""One connection."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from waitress.channel import ClientDisconnected, HTTPChannel

from webserver.limits import Limits, Phase, Watch
from webserver.parser import Parser

if TYPE_CHECKING:
    from webserver.admission import Admission

TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER with timeout 0: unsent data is discarded when the socket is closed."""


class Channel(HTTPChannel):
    """A waitress connection with deadlines, which never blocks a worker thread on a slow client."""

    parser_class = Parser
    admission: Admission
    requests: list[Parser]

    def __init__(self, server: Any, sock: socket.socket, addr: Any, adj: Any, map: Any = None):
        self.admission = server.admission
        self._exchange = 0
        self._watch = Watch(self.admission.clock())
        super().__init__(server, sock, addr, adj, map=map)
        self.admission.enter(self)

    def del_channel(self, map: Any = None) -> None:
        """Remove the closed connection from the poll map and from the admission."""
        super().del_channel(map)
        self.admission.leave(self)

    def service(self) -> None:
        """Process a request; runs in a worker thread."""
        self._exchange += 1
        if self.admission.is_busy:
            # The client reconnects, and any process may accept its next request.
            self.requests[0].close_afterwards()
        try:
            super().service()
        finally:
            self.admission.end_work()

    def handle_close(self) -> None:
        """Close the connection and the temporary file of an incomplete body."""
        if self.request is not None:
            self.request.close()
            self.request = None
        super().handle_close()

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Close a connection with too much unsent output; waitress would block the thread."""
        if self.total_outbufs_len > self.adj.outbuf_high_watermark:
            raise ClientDisconnected

    @property
    def phase(self) -> tuple[Phase, int]:
        """The phase of the connection, and how many bytes it has to transfer in it."""
        if self.requests:
            return Phase.WORKING, 0
        request = self.request
        if request is not None and request.headers_finished:
            return Phase.BODY, request.content_length
        if request is not None:
            return Phase.HEADERS, 0
        if self.total_outbufs_len:
            return Phase.WRITING, self.total_outbufs_len
        return Phase.IDLE, 0

    @property
    def since(self) -> float:
        """Start of the current phase, on the clock of the admission."""
        return self._watch.since

    def look(self, now: float, limits: Limits) -> bool:
        """Record the current phase; returns whether its deadline has passed."""
        phase, length = self.phase
        if phase is Phase.WORKING:
            return False
        self._watch.see(now, self._exchange, phase, length)
        return self._watch.is_over(now, limits)

    def end(self) -> None:
        """Close at once, in the I/O thread; sends 408 if a request is incomplete.

        waitress's own `will_close` waits until the socket is writable, which a slow client can
        prevent for ever.
        """
        phase, _length = self.phase
        if self.socket is not None:
            with suppress(OSError):
                if phase in (Phase.HEADERS, Phase.BODY):
                    self.socket.send(TOO_SLOW)
                elif phase is Phase.WRITING:
                    self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.handle_close()
