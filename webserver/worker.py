"""One process of the web server, as gunicorn supervises it."""

from __future__ import annotations

import os
import time
from types import FrameType

from gunicorn.workers.base import Worker

from webserver.limits import Limits, Trusted, possible_connections
from webserver.server import LAST_WORDS_SECONDS, Server


class BufferingWorker(Worker):
    """Receives requests entirely before a thread answers them, and so with answers.

    Of gunicorn's settings it follows those of processes, sockets and logs, `threads`, `keepalive`,
    `backlog`, `graceful_timeout` and `forwarded_allow_ips` (whose connections are not counted).
    """

    _server: Server | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: answer what has arrived, then end."""
        super().handle_exit(sig, frame)
        if self._server is not None:
            self._server.wake()

    def run(self) -> None:
        """Serve until a signal says otherwise or gunicorn itself has gone."""
        # Not above: the product is read by each process, so that a reload reads it anew.
        from booking.process import garbage

        garbage.only_between()
        usual = Limits()
        self._server = server = Server(
            self.wsgi,
            [getattr(one, "sock", one) for one in self.sockets],
            bounds=Limits(
                idle=self.cfg.keepalive,
                connections=possible_connections(usual.connections),
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
        server.close()

    def _finish(self, server: Server) -> None:
        """Answer what has arrived entirely; who is still sending has been promised nothing."""
        end = time.monotonic() + self.cfg.graceful_timeout
        while server.is_working and time.monotonic() < end:
            self.notify()
            server.step()
        end = time.monotonic() + min(LAST_WORDS_SECONDS, self.cfg.graceful_timeout)
        while server.is_writing and time.monotonic() < end:
            self.notify()
            server.step()
