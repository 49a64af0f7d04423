"""A process works on one request at a time, but nobody waits long for somebody else's work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from webserver.threads import PATIENCE, Threads

MOST = 4


class Task:
    """What waitress puts in line: here a function."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.service = work

    def cancel(self) -> None:
        """Nothing to give back."""


class Line:
    """The threads, tended by another one as the loop of the server does."""

    def __init__(self) -> None:
        self.threads = Threads(MOST)
        self._over = threading.Event()
        self._loop = threading.Thread(target=self._tend)
        self._loop.start()

    def _tend(self) -> None:
        while not self._over.wait(0.01):
            self.threads.tend()

    @property
    def count(self) -> int:
        """How many threads there are."""
        return len(self.threads.threads)

    def do(self, work: Callable[[], object]) -> None:
        """Put work in line."""
        self.threads.add_task(Task(work))  # type: ignore[arg-type]

    def stop(self) -> None:
        """End all."""
        self._over.set()
        self._loop.join()
        self.threads.shutdown()


@pytest.fixture
def line() -> Iterator[Line]:
    """Threads that wait for work."""
    made = Line()
    yield made
    made.stop()


def _wait_until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_short_work_is_done_in_order_by_one_thread(line: Line) -> None:
    done: list[tuple[int, str]] = []

    def work(number: int) -> None:
        time.sleep(PATIENCE / 20)
        done.append((number, threading.current_thread().name))

    for number in range(20):
        line.do(partial(work, number))
    _wait_until(lambda: len(done) == 20)
    assert [number for number, _thread in done] == list(range(20))


def test_a_crash_ends_no_thread(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()
    line.do(lambda: 1 / 0)
    line.do(done.set)
    assert done.wait(30)
    assert "ZeroDivisionError" in caplog.text


def test_long_work_keeps_others_only_for_a_moment(line: Line) -> None:
    over = threading.Event()
    begun = threading.Semaphore(0)

    def long() -> None:
        begun.release()
        over.wait(60)

    line.do(long)
    assert begun.acquire(timeout=30)
    times = []
    for _ in range(10):
        began = time.monotonic()
        done = threading.Event()
        line.do(done.set)
        assert done.wait(30)
        times.append(time.monotonic() - began)
    assert line.count == 2
    # Only the first waits for help; on a machine that is busy, not even most of the others.
    assert sorted(times)[len(times) // 2] < PATIENCE
    over.set()
    _wait_until(lambda: line.count == 1)


def test_help_has_a_bound(line: Line) -> None:
    over = threading.Event()
    for _ in range(MOST + 2):
        line.do(lambda: over.wait(60))
    _wait_until(lambda: line.count == MOST)
    time.sleep(2 * PATIENCE)
    assert line.count == MOST
    over.set()
    _wait_until(lambda: line.count == 1)
