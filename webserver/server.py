"""The listening sockets of one process, its worker threads, and the I/O loop between them."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Sequence
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import BaseWSGIServer, TcpWSGIServer, UnixWSGIServer

from webserver import limits
from webserver.admission import Admission
from webserver.channel import Channel
from webserver.limits import Limits, Phase, Trusted
from webserver.threads import Application, Threads

LAST_WORDS_SECONDS = 3.0
"""How long unsent responses may still be written when the process stops."""


class _Listening(BaseWSGIServer):
    """A listening socket that accepts no connections while this process is busy."""

    channel_class = Channel
    admission: Admission

    def readable(self) -> bool:
        """Whether to accept a connection. (waitress checks its own deadlines here.)"""
        return self.accepting and not self.admission.is_busy

    def add_task(self, task: Any) -> None:
        """Count a completely received request, and queue it for the worker threads."""
        self.admission.begin_work()
        super().add_task(task)


class _Tcp(_Listening, TcpWSGIServer):
    pass


class _Unix(_Listening, UnixWSGIServer):
    pass


class Server:
    """Serves a WSGI application on bound sockets; the caller runs `step` in a loop."""

    def __init__(
        self,
        application: Application,
        sockets: Sequence[socket.socket],
        *,
        bounds: Limits,
        trusted: Trusted,
        backlog: int,
        after: Callable[[], object] = bool,
    ) -> None:
        """`after` is called after each request, in the worker thread that processed it."""
        _quieten_waitress()
        self._map: dict[int, Any] = {}
        self._threads = Threads(bounds.threads)
        self.admission = Admission(bounds, trusted, self.wake, after)
        adjustments = _adjustments(bounds, backlog)
        self._listening = [self._listen(application, sock, adjustments) for sock in sockets]

    def _listen(
        self, application: Application, sock: socket.socket, adjustments: Adjustments
    ) -> _Listening:
        server_class = _Unix if sock.family == socket.AF_UNIX else _Tcp
        listening = server_class(
            application,
            self._map,
            _sock=sock,
            dispatcher=self._threads,
            adj=adjustments,
            sockinfo=(sock.family, sock.type, sock.proto, sock.getsockname()),
            bind_socket=False,
        )
        listening.admission = self.admission
        return listening

    def wake(self) -> None:
        """Interrupt the wait in `step`; safe in any thread and in a signal handler."""
        self._listening[0].pull_trigger()

    def step(self) -> bool:
        """Poll for up to a second and handle events; returns whether deadlines were checked."""
        swept = self.admission.sweep()
        wasyncore.loop(timeout=self._threads.tend(), use_poll=True, map=self._map, count=1)
        return swept

    def stop_accepting(self) -> None:
        """Close the listening sockets; open connections stay."""
        for listening in self._listening:
            # Not waitress's own `close`, which also closes the pipe that wakes the loop.
            wasyncore.dispatcher.close(listening)

    @property
    def is_working(self) -> bool:
        """Whether a received request is queued or being processed."""
        return self.admission.is_working

    @property
    def is_writing(self) -> bool:
        """Whether a connection has unsent output."""
        return any(channel.phase[0] is Phase.WRITING for channel in self.admission.channels())

    def close(self) -> None:
        """Stop the worker threads and close all connections."""
        self._threads.shutdown(timeout=1)
        for channel in self.admission.channels():
            channel.end()
        wasyncore.close_all(self._map, ignore_all=True)


def _adjustments(bounds: Limits, backlog: int) -> Adjustments:
    return Adjustments(
        # Resolved but not used: the sockets are bound already.
        host="127.0.0.1",
        threads=bounds.threads,
        backlog=backlog,
        recv_bytes=64 * 1024,
        inbuf_overflow=limits.IN_MEMORY,
        outbuf_overflow=limits.ANSWER_IN_MEMORY,
        outbuf_high_watermark=limits.LARGEST_ANSWER,
        max_request_header_size=limits.LARGEST_HEADERS,
        max_request_body_size=limits.LARGEST_READ,
        # The application decides itself which proxies it trusts.
        clear_untrusted_proxy_headers=False,
        ident="yueke",
        server_name="localhost",
    )


class _WithoutPath(logging.Filter):
    """Keeps request URLs out of the log: some contain secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Remove the URL from waitress's message on a failed request; the traceback stays."""
        text = record.getMessage()
        for prefix in ("Exception while serving", "Client disconnected while serving"):
            if text.startswith(prefix):
                record.msg, record.args = f"{prefix} a request", ()
        return True


def _quieten_waitress() -> None:
    logging.getLogger("waitress").addFilter(_WithoutPath())
    # It logs a warning for each request that is queued.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
