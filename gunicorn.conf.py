"""gunicorn's settings; `gunicorn wsgi:app` in this folder loads them without an option."""

import os
import socket
from typing import Any

HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = os.environ.get("PORT") or "8000"

bind = f"{HOST}:{PORT}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
keepalive = 5

# gunicorn supervises the processes; the handling of connections is in webserver/.
worker_class = "webserver.worker.BufferingWorker"

SILENT_SECONDS = 60
"""Seconds that the kernel may defer accepting a connection without data (TCP_DEFER_ACCEPT)."""

# The control socket is not needed, and two installations of one user would conflict over it.
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Set the socket options and print the URL, once the server listens."""
    for listener in server.LISTENERS:
        if listener.sock.family in (socket.AF_INET, socket.AF_INET6):
            _defer_accept(listener.sock)
    address = os.environ.get("BASE_URL") or f"http://localhost:{PORT}"
    print(f"Yueke is ready: {address}  (Ctrl-C stops it)", flush=True)


def post_worker_init(worker: Any) -> None:
    """Print the link of the first start, in the first process of a start only."""
    if worker.age == 1:
        # Not at the top: only the processes import the application.
        from booking.administration.setup import start

        start.announce(worker.wsgi)


def _defer_accept(listener: socket.socket) -> None:
    """Let the kernel hold back connections without data, which browsers open in advance."""
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SILENT_SECONDS)
