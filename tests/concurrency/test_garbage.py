"""Garbage is collected, but never while somebody is being answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.concurrency.conftest import Start
from tests.concurrency.garbage_wsgi import CYCLES
from tests.concurrency.gunicorn_ready import threads
from tests.concurrency.visitors import in_turn, send

VISITS = 200


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_nothing_is_collected_while_somebody_is_answered(start: Start) -> None:
    web = start("tests.concurrency.garbage_wsgi:app")
    visit = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answers = in_turn(lambda one: send(web.port, one), [visit] * VISITS, in_flight=threads)
    told: list[dict[str, Any]] = [json.loads(answer.body) for answer in answers]
    assert not any(one.get("during") for one in told)
    assert any(one.get("between") for one in told)
    # Both workers together left many times more than what is waiting in either.
    assert max(one["alive"] for one in told) < VISITS * CYCLES // 10
