"""The web server's settings; `gunicorn wsgi:app` in this folder finds them by itself."""

import os
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
