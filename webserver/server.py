"""The listening sockets of one process, the threads that answer, and the loop between them."""

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
"""How long a reader may take for its answer when the process stops."""


class _Listening(BaseWSGIServer):
    """A listening socket that leaves connections to other processes while this one is busy."""

    channel_class = Channel
    admission: Admission

    def readable(self) -> bool:
        """Whether the next connection is taken. (waitress looks for its own deadlines here.)"""
        return self.accepting and not self.admission.is_busy

    def add_task(self, task: Any) -> None:
        """A request has arrived entirely."""
        self.admission.begin_work()
        super().add_task(task)


class _Tcp(_Listening, TcpWSGIServer):
    pass


class _Unix(_Listening, UnixWSGIServer):
    pass


class Server:
    """Serves an application on sockets that are bound already; `step` is called in a loop."""

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
        """`after` is called after each request by the thread that answered it."""
        _quieten()
        self._map: dict[int, Any] = {}
        self._threads = Threads(bounds.threads)
        self.admission = Admission(bounds, trusted, self.wake, after)
        adjustments = _adjustments(bounds, backlog)
        self._listening = [self._listen(application, one, adjustments) for one in sockets]

    def _listen(
        self, application: Application, sock: socket.socket, adjustments: Adjustments
    ) -> _Listening:
        kind = _Unix if sock.family == socket.AF_UNIX else _Tcp
        made = kind(
            application,
            self._map,
            _sock=sock,
            dispatcher=self._threads,
            adj=adjustments,
            sockinfo=(sock.family, sock.type, sock.proto, sock.getsockname()),
            bind_socket=False,
        )
        made.admission = self.admission
        return made

    def wake(self) -> None:
        """End the waiting of `step`; may be called by any thread and by a signal's handler."""
        self._listening[0].pull_trigger()

    def step(self) -> bool:
        """Wait up to a second for something to happen and act; whether a second was over."""
        a_second = self.admission.sweep()
        wasyncore.loop(timeout=self._threads.tend(), use_poll=True, map=self._map, count=1)
        return a_second

    def stop_accepting(self) -> None:
        """Close the listening sockets; connections go on."""
        for one in self._listening:
            # Not its own `close`, which takes the pipe away that wakes the loop.
            wasyncore.dispatcher.close(one)

    @property
    def is_working(self) -> bool:
        """Whether a request that has arrived waits for its answer."""
        return self.admission.is_working

    @property
    def is_writing(self) -> bool:
        """Whether somebody has not received the whole answer."""
        return any(one.phase[0] is Phase.WRITING for one in self.admission.channels())

    def close(self) -> None:
        """End the threads and all connections."""
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
        # The product knows itself which proxies it believes.
        clear_untrusted_proxy_headers=False,
        ident="yueke",
        server_name="localhost",
    )


class _WithoutPath(logging.Filter):
    """Keeps addresses of requests out of the log: some are secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten what waitress says of a failed request; the traceback stays."""
        text = record.getMessage()
        for known in ("Exception while serving", "Client disconnected while serving"):
            if text.startswith(known):
                record.msg, record.args = f"{known} a request", ()
        return True


def _quieten() -> None:
    logging.getLogger("waitress").addFilter(_WithoutPath())
    # A warning for each request that waits for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
