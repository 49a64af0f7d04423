"""Measures page latencies while other load is running."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass

from tests.concurrency.slow import UNVERIFIED

PATHS = ("/", "/login", "/instructors", "/api/v1/openapi.json")
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds: median, 95th percentile, maximum."""

    p50: float
    p95: float
    longest: float

    def __str__(self) -> str:
        return f"p50 {self.p50:4.0f}  p95 {self.p95:4.0f}  max {self.longest:4.0f} ms"


def visit(port: int, count: int, *, source: str = "127.0.0.1", tls: bool = False) -> Figures:
    """Request a number of pages one after the other, each on a new connection."""
    times = sorted(_visit(port, PATHS[n % len(PATHS)], source, tls) for n in range(count))
    return Figures(times[count // 2], times[int(count * 0.95)], times[-1])


def _visit(port: int, path: str, source: str, tls: bool) -> float:
    began = time.perf_counter()
    connection: http.client.HTTPConnection
    if tls:
        connection = http.client.HTTPSConnection(
            "127.0.0.1",
            port,
            timeout=LONGEST_WAIT,
            context=UNVERIFIED,
            source_address=(source, 0),
        )
    else:
        connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=LONGEST_WAIT, source_address=(source, 0)
        )
    try:
        connection.request("GET", path, headers={"Host": "localhost", "Connection": "close"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status, body[:200])
    finally:
        connection.close()
    return (time.perf_counter() - began) * 1000
