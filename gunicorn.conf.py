"""The web server's settings; `gunicorn wsgi:app` in this folder finds them by itself."""

import gc
import os
import sys
from typing import Any

HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = os.environ.get("PORT") or "8000"

bind = f"{HOST}:{PORT}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4

# Nobody manages this server through a socket, and two installations of one user would
# fight for it.
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Say where to look, once the server listens."""
    address = os.environ.get("BASE_URL") or f"http://localhost:{PORT}"
    print(f"Yueke is ready: {address}  (Ctrl-C stops it)", flush=True)


def post_worker_init(_worker: Any) -> None:
    """Set a worker up for short answers, once the application is loaded."""
    # A thread that comes back from the database waits this long for one that computes
    # (5 ms by default); whoever holds the write lock would keep all others waiting meanwhile.
    sys.setswitchinterval(0.0005)
    # What the application consists of never becomes garbage: it need not be searched again.
    gc.collect()
    gc.freeze()
