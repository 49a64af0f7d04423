"""The web server's settings; `gunicorn wsgi:app` in this folder finds them by itself."""

import os
import socket
from typing import Any

HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = os.environ.get("PORT") or "8000"

bind = f"{HOST}:{PORT}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
keepalive = 5

# gunicorn supervises the processes; what they do with connections stands in webserver/.
worker_class = "webserver.worker.BufferingWorker"

SILENT_SECONDS = 60
"""How long a connection may say nothing before a process hears of it."""

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
    """Let the kernel keep connections on which nothing is said yet, as browsers open them."""
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SILENT_SECONDS)
