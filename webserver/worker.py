"""The gunicorn worker class: one process of the web server."""

from __future__ import annotations

import os
import time
from types import FrameType

from gunicorn.workers.base import Worker

from webserver.limits import Limits, Trusted, possible_connections
from webserver.server import LAST_WORDS_SECONDS, Server


class BufferingWorker(Worker):
    """A gunicorn worker that buffers whole requests and responses outside the worker threads.

    Of gunicorn's settings it honours those of processes, sockets and logs, `threads`, `keepalive`,
    `backlog`, `graceful_timeout` and `forwarded_allow_ips` (whose connections are not counted).
    """

    _server: Server | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Handle SIGTERM: process the received requests, then exit."""
        super().handle_exit(sig, frame)
        if self._server is not None:
            self._server.wake()

    def run(self) -> None:
        """Serve until a signal stops the process or the gunicorn master has exited."""
        # Not at the top: each process imports the application, so that a reload renews it.
        from booking.process import garbage

        garbage.only_between()
        defaults = Limits()
        self._server = server = Server(
            self.wsgi,
            [getattr(listener, "sock", listener) for listener in self.sockets],
            bounds=Limits(
                idle=self.cfg.keepalive,
                connections=possible_connections(defaults.connections),
                threads=self.cfg.threads,
            ),
            trusted=Trusted(self.cfg.forwarded_allow_ips),
            backlog=self.cfg.backlog,
            after=garbage.look,
        )
        self.notify()
        while self.alive and self.ppid == os.getppid():
            if server.step():
                self.notify()
        server.stop_accepting()
        self._finish(server)
        # A second signal may come while the process exits; there is nothing left to wake.
        self._server = None
        server.close()

    def _finish(self, server: Server) -> None:
        """Process the completely received requests and write their responses.

        Incomplete requests are dropped: nothing was done for them yet.
        """
        deadline = time.monotonic() + self.cfg.graceful_timeout
        while server.is_working and time.monotonic() < deadline:
            self.notify()
            server.step()
        deadline = time.monotonic() + min(LAST_WORDS_SECONDS, self.cfg.graceful_timeout)
        while server.is_writing and time.monotonic() < deadline:
            self.notify()
            server.step()
