"""Processes of the web server come back, end in order, and say that they are ready once."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.concurrency.conftest import Start
from tests.concurrency.gunicorn_ready import READY
from tests.concurrency.pages import visit
from tests.concurrency.server import Web
from tests.concurrency.slow import Attack

IN_TIME = 9.0
"""Seconds; `Running.stop` kills after ten."""


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def test_a_process_that_is_killed_stops_nothing(shared_web: Web) -> None:
    web = shared_web
    ready = web.log.count(READY)
    killed, other = _children(web.pid)
    os.kill(killed, signal.SIGKILL)
    visit(web.port, 10)
    web.wait_for(READY, ready + 1)
    assert killed not in _children(web.pid)
    assert other in _children(web.pid)
    visit(web.port, 10)
    assert web.log.count("Yueke is ready: ") == 1


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_slow_connections_do_not_hold_up_the_end(start: Start, number: signal.Signals) -> None:
    web = start()
    with (
        Attack("bodies", web.port, 20, sources=["127.0.0.2"]),
        Attack("readers", web.port, 20, sources=["127.0.0.2"]),
    ):
        began = time.monotonic()
        os.kill(web.pid, number)
        web.wait_for("Shutting down: Master")
        web.wait_for_end()
        seconds = time.monotonic() - began
    assert seconds < IN_TIME
    assert "Traceback" not in web.log
