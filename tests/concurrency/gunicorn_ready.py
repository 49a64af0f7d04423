"""The product's gunicorn settings; server and workers also log when they are ready."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

_product = runpy.run_path(str(Path(__file__).resolve().parents[2] / "gunicorn.conf.py"))

workers: int = _product["workers"]
worker_class: str = _product["worker_class"]
threads: int = _product["threads"]
keepalive: int = _product["keepalive"]
control_socket_disable: bool = _product["control_socket_disable"]
READY = "this worker can answer"


def when_ready(server: object) -> None:
    """Delegate to the product's hook."""
    _product["when_ready"](server)


def post_worker_init(_worker: object) -> None:
    """Log that the worker has loaded the application."""
    print(READY, file=sys.stderr, flush=True)
