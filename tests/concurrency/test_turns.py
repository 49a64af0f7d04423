"""A process works on one request at a time, but nobody waits long for somebody else's work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.concurrency.gunicorn_ready import threads
from webserver.turns import PATIENCE, one_by_one


def _ask(application: Callable[[dict[str, Any], None], Any], path: str) -> Any:
    return application({"PATH_INFO": path}, None)


class _Work:
    """Short work that counts how much of it is done at the same time."""

    def __init__(self) -> None:
        self.most = self._now = 0

    def __call__(self, environ: dict[str, Any], _start: None) -> str:
        if environ["PATH_INFO"] == "/crash":
            raise RuntimeError("broken")
        self._now += 1
        self.most = max(self.most, self._now)
        time.sleep(PATIENCE / threads / 4)
        self._now -= 1
        return "done"


def _together(limited: Callable[[dict[str, Any], None], Any]) -> list[str]:
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda _: _ask(limited, "/"), range(threads)))


def test_short_work_is_done_one_after_the_other() -> None:
    work = _Work()
    assert _together(one_by_one(work)) == ["done"] * threads
    assert work.most == 1


def test_a_crash_gives_the_turn_back() -> None:
    work = _Work()
    limited = one_by_one(work)
    with pytest.raises(RuntimeError):
        _ask(limited, "/crash")
    assert _together(limited) == ["done"] * threads
    assert work.most == 1


def test_long_work_keeps_others_only_for_a_moment() -> None:
    begun, over = threading.Event(), threading.Event()

    def application(environ: dict[str, Any], _start: None) -> str:
        if environ["PATH_INFO"] == "/import":
            begun.set()
            assert over.wait(60)
        return "done"

    limited = one_by_one(application)
    with ThreadPoolExecutor(2) as pool:
        long = pool.submit(_ask, limited, "/import")
        assert begun.wait(60)
        assert pool.submit(_ask, limited, "/").result(60) == "done"
        assert not long.done()
        over.set()
        assert long.result(60) == "done"
    assert _ask(limited, "/") == "done"
