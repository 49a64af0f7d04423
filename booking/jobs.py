"""Background jobs: one Huey queue for each application, and its schedule.

`create_app` registers the jobs of the features; this module imports none of them. No work is lost
with the queue: pending work is in the database (the outbox), and a queued message only makes the
worker run sooner.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Flask, current_app
from huey import Huey, crontab

from booking import clock
from booking.db import outages
from booking.job_queue import queue_at

logger = logging.getLogger(__name__)

Job = Callable[[datetime], object]

TASK_MODULE = "booking.tasks"
"""Part of the names of tasks in queued messages: it stays when this module is renamed."""


class Jobs:
    """The background jobs of one application."""

    def __init__(self, app: Flask, huey: Huey) -> None:
        self.app = app
        self.huey = huey
        self._on_wake: dict[str, Job] = {}
        self._wake_task = huey.task(name="wake", __module__=TASK_MODULE)(self._run_woken)

    def every_minute(self, name: str, job: Job) -> None:
        """Schedule `job(now)` each minute."""
        self._schedule(name, job, crontab(minute="*"))

    def every_hour(self, name: str, job: Job) -> None:
        """Schedule `job(now)` once an hour."""
        self._schedule(name, job, crontab(minute="7"))

    def _schedule(self, name: str, job: Job, when: Callable[[datetime], bool]) -> None:
        def run() -> None:
            self._run(name, job)

        self.huey.periodic_task(when, name=name, __module__=TASK_MODULE)(run)

    def when_woken(self, name: str, job: Job) -> None:
        """Schedule `job(now)` after each `wake`, and each minute."""
        self._on_wake[name] = job
        self.every_minute(name, job)

    def wake(self) -> None:
        """Make the worker run its jobs now; if the queue is unreachable, the next round does."""
        try:
            # One message in the queue is enough, as the worker will see this change too; under
            # load that saves a durable write for each commit.
            if not self.huey.pending_count():
                self._wake_task()
        except Exception:
            logger.exception("the task queue cannot be reached; the next round will do the work")

    def _run_woken(self) -> None:
        for name, job in self._on_wake.items():
            self._run(name, job)

    def _run(self, name: str, job: Job) -> None:
        """Run a job now; a database outage is logged in one line, and the next round retries."""
        with self.app.app_context():
            try:
                job(clock.now())
            except Exception as error:
                outage = outages.outage(error)
                if outage is None:
                    raise
                logger.error("%s waits, for the database cannot be used: %s", name, outage)


def init_app(app: Flask, huey_url: str, secrets: Sequence[str]) -> Jobs:
    """Attach a queue to the application; `secrets` sign its messages, newest first."""
    jobs = Jobs(app, queue_at(huey_url, secrets))
    app.extensions["jobs"] = jobs
    return jobs


def wake() -> None:
    """Wake the worker of the current application."""
    jobs: Jobs = current_app.extensions["jobs"]
    jobs.wake()
