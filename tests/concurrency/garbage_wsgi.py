"""A WSGI application that creates cyclic garbage in each request and reports collections.

Run with the product's gunicorn settings.
"""

from __future__ import annotations

import gc
import json
import threading
from collections import Counter
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

CYCLES = 5_000
"""Garbage objects per request; Python's default collects after 700 allocations."""

_here = threading.local()
_collected: Counter[str] = Counter()
_alive: set[int] = set()


class _Cycle:
    """An object in a reference cycle, freed only by the garbage collector."""

    def __init__(self) -> None:
        self.itself = self
        _alive.add(id(self))

    def __del__(self) -> None:
        _alive.discard(id(self))


def _note(phase: str, _info: object) -> None:
    if phase == "start":
        _collected["during" if getattr(_here, "answering", False) else "between"] += 1


gc.callbacks.append(_note)


def app(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Respond with the numbers of collections so far, and of uncollected objects."""
    _here.answering = True
    try:
        for _ in range(CYCLES):
            _Cycle()
        body = json.dumps({**_collected, "alive": len(_alive)}).encode()
    finally:
        _here.answering = False
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
