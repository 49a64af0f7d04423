"""Waking the worker."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from booking.job_queue import queue_at
from booking.jobs import Jobs

SECRET = "s" * 40


def test_a_rush_leaves_one_call_in_the_queue(app: Flask) -> None:
    jobs: Jobs = app.extensions["jobs"]
    for _change in range(3):
        jobs.wake()
    assert jobs.huey.pending_count() == 1
    jobs.huey.execute(jobs.huey.dequeue())
    jobs.wake()
    assert jobs.huey.pending_count() == 1


@pytest.fixture
def jobs(app: Flask, tmp_path: Path) -> Jobs:
    """Jobs of a worker that is tested by itself."""
    return Jobs(app, queue_at(f"sqlite:///{tmp_path}/queue.db", [SECRET]))


def woken(jobs: Jobs) -> None:
    """The worker takes one message of the queue and does what it says."""
    jobs.wake()
    jobs.huey.execute(jobs.huey.dequeue())


def test_a_long_job_does_not_hold_up_the_others(jobs: Jobs) -> None:
    """It runs in a thread of its own, once at a time, however often the worker is woken."""
    begun, goes_on, ended = threading.Event(), threading.Event(), threading.Event()
    ran: list[str] = []

    def long(_now: datetime) -> None:
        ran.append("long")
        begun.set()
        assert goes_on.wait(10)
        ended.set()

    def short(_now: datetime) -> None:
        ran.append("short")

    jobs.when_woken("long", long, apart=True)
    jobs.when_woken("short", short)
    woken(jobs)
    assert begun.wait(10)
    woken(jobs)
    assert sorted(ran) == ["long", "short", "short"]
    goes_on.set()
    assert ended.wait(10)


def test_a_long_job_that_fails_runs_again(jobs: Jobs) -> None:
    runs = threading.Semaphore(0)

    def fail(_now: datetime) -> None:
        runs.release()
        raise ValueError

    jobs.when_woken("fails", fail, apart=True)
    woken(jobs)
    assert runs.acquire(timeout=10)
    for _wake in range(100):  # Until the first run is over.
        woken(jobs)
        if runs.acquire(timeout=0.1):
            return
    raise AssertionError("it did not run again")
