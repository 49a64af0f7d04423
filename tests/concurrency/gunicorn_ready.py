"""The product's own settings of gunicorn; each worker also says when it can answer."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_product = runpy.run_path(str(Path(__file__).resolve().parents[2] / "gunicorn.conf.py"))

workers: int = _product["workers"]
worker_class: type = _product["worker_class"]
threads: int = _product["threads"]
PATIENCE: float = _product["PATIENCE"]
one_by_one: Callable[[Any], Any] = _product["_one_by_one"]
control_socket_disable: bool = _product["control_socket_disable"]
READY = "this worker can answer"


def when_ready(server: Any) -> None:
    """The server listens."""
    _product["when_ready"](server)


def post_worker_init(worker: Any) -> None:
    """The application is loaded."""
    _product["post_worker_init"](worker)
    print(READY, file=sys.stderr, flush=True)
