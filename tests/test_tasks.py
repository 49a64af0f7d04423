"""Waking the worker."""

from __future__ import annotations

from flask import Flask

from booking.jobs import Jobs


def test_a_rush_leaves_one_call_in_the_queue(app: Flask) -> None:
    jobs: Jobs = app.extensions["jobs"]
    for _change in range(3):
        jobs.wake()
    assert jobs.huey.pending_count() == 1
    jobs.huey.execute(jobs.huey.dequeue())
    jobs.wake()
    assert jobs.huey.pending_count() == 1
