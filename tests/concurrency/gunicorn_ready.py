"""Gunicorn's settings in these tests: each worker says when it can answer."""

from __future__ import annotations

import sys
from typing import Any

workers = 2
worker_class = "gthread"
threads = 4
READY = "this worker can answer"


def post_worker_init(_worker: Any) -> None:
    """The application is loaded."""
    print(READY, file=sys.stderr, flush=True)
