"""The web server's settings; `gunicorn wsgi:app` in this folder finds them by itself."""

import io
import os
import socket
import threading
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = os.environ.get("PORT") or "8000"

bind = f"{HOST}:{PORT}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4

PATIENCE = 0.2
"""Seconds for which a request waits until the process has answered the one before."""

LONGEST_BODY = 6 * 1024 * 1024
"""Bytes of a request that are read before it is its turn; more is refused by its length."""

SILENT_SECONDS = 60
"""How long a connection may say nothing before a thread looks after it."""


class OneLine(ThreadWorker):  # type: ignore[misc]
    """Takes a new connection only when a thread is free.

    Whoever waits then stands in one line before all workers. By itself a worker takes whoever
    comes into a line of its own, and the longest wait is twice as long as it need be.
    """

    _busy = 0

    def load_wsgi(self) -> None:
        """Requests are worked on one after the other."""
        super().load_wsgi()
        self.wsgi = _one_by_one(self.wsgi)

    def enqueue_req(self, conn: Any) -> None:
        """A thread will answer, or finds that the connection says nothing yet."""
        self._busy += 1
        if self._busy >= self.cfg.threads:
            self.set_accept_enabled(False)
        super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """The thread is free again; the loop that calls this looks for new connections next."""
        self._busy -= 1
        super().finish_request(conn, fs)
        _look_for_garbage()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Asked in each round of the loop."""
        super().set_accept_enabled(enabled and self._busy < self.cfg.threads)


def _one_by_one(application: Any) -> Any:
    """A process works on one request at a time; its other threads hear people out.

    Python runs one thread at a time: with four at work everybody is answered later, and who holds
    a lock in the database, for whom others wait, most of all. Long work and long waits, such as an
    import, keep others only for as long as their patience lasts.
    """
    turn = threading.Lock()

    def waits(asked: dict[str, Any], start_response: Any) -> Any:
        length = asked.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and 0 < int(length) <= LONGEST_BODY:
            # Whoever is slow to send keeps a thread busy, but takes nobody's turn.
            asked["wsgi.input"] = io.BytesIO(asked["wsgi.input"].read(int(length)))
        mine = turn.acquire(timeout=PATIENCE)
        try:
            return application(asked, start_response)
        finally:
            if mine:
                turn.release()

    return waits


worker_class = OneLine

# Nobody manages this server through a socket, and two installations of one user would
# fight for it.
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Say where to look, once the server listens."""
    for listener in server.LISTENERS:
        if listener.sock.family in (socket.AF_INET, socket.AF_INET6):
            _wait_for_words(listener.sock)
    address = os.environ.get("BASE_URL") or f"http://localhost:{PORT}"
    print(f"Yueke is ready: {address}  (Ctrl-C stops it)", flush=True)


def _wait_for_words(listener: socket.socket) -> None:
    """Let the kernel keep connections on which nothing is said yet.

    Browsers open some beforehand; each would occupy a thread for five seconds.
    """
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SILENT_SECONDS)


def post_worker_init(_worker: Any) -> None:
    """The application is loaded."""
    # Not above: the product is read by each worker, so that a reload reads it anew.
    from booking import garbage

    garbage.only_between()


def _look_for_garbage() -> None:
    """Somebody has been answered."""
    from booking import garbage

    garbage.look()
