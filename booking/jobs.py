"""Background jobs: one Huey queue for each application, and its schedule.

`create_app` registers the jobs of the features; this module imports none of them. No work is lost
with the queue: pending work is in the database (the outbox), and a queued message only makes the
worker run sooner.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from blinker import Signal
from flask import Flask, current_app
from huey import Huey, crontab

from booking import clock
from booking.db import outages
from booking.job_queue import queue_at

logger = logging.getLogger(__name__)

Job = Callable[[datetime], object]

TASK_MODULE = "booking.tasks"
"""Part of the names of tasks in queued messages: it stays when this module is renamed."""

job_ran = Signal("job_ran")
"""Signal after each run of a job, in the application's context.

With `name`, `started_at`, `seconds` and `error` (None: it succeeded)."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A job that is run each minute or each hour."""

    job: Job
    minutes: int
    """Minutes between two runs: 1 or 60."""


MINUTE, HOUR = 1, 60
MINUTE_OF_HOUR = 7
"""When the jobs of each hour are run."""


class Jobs:
    """The background jobs of one application."""

    def __init__(self, app: Flask, huey: Huey) -> None:
        self.app = app
        self.huey = huey
        self._on_wake: dict[str, Job] = {}
        self._apart: dict[str, threading.Lock] = {}
        self._scheduled: dict[str, Scheduled] = {}
        self._wake_task = huey.task(name="wake", __module__=TASK_MODULE)(self._run_woken)
        self._one_task = huey.task(name="run_one", __module__=TASK_MODULE)(self._run_one)

    @property
    def scheduled(self) -> Mapping[str, Scheduled]:
        """The jobs by name, in the order in which they were registered."""
        return self._scheduled

    def every_minute(self, name: str, job: Job, *, apart: bool = False) -> None:
        """Schedule `job(now)` each minute; `apart` as in `when_woken`."""
        if apart:
            self._apart[name] = threading.Lock()
        self._scheduled[name] = Scheduled(job, MINUTE)
        self._schedule(name, job, crontab(minute="*"))

    def every_hour(self, name: str, job: Job) -> None:
        """Schedule `job(now)` once an hour."""
        self._scheduled[name] = Scheduled(job, HOUR)
        self._schedule(name, job, crontab(minute=str(MINUTE_OF_HOUR)))

    def _schedule(self, name: str, job: Job, when: Callable[[datetime], bool]) -> None:
        def run() -> None:
            self._run(name, job)

        self.huey.periodic_task(when, name=name, __module__=TASK_MODULE)(run)

    def when_woken(self, name: str, job: Job, *, apart: bool = False) -> None:
        """Schedule `job(now)` after each `wake`, and each minute.

        A job that takes long runs `apart`: in a thread of its own, one run at a time, so that the
        others go on however few threads the worker has.
        """
        self._on_wake[name] = job
        self.every_minute(name, job, apart=apart)

    def wake(self) -> None:
        """Make the worker run its jobs now; if the queue is unreachable, the next round does."""
        try:
            # One message in the queue is enough, as the worker will see this change too; under
            # load that saves a durable write for each commit.
            if not self.huey.pending_count():
                self._wake_task()
        except Exception:
            logger.exception("the task queue cannot be reached; the next round will do the work")

    def run_soon(self, name: str) -> bool:
        """Let the worker run one job as soon as it can; False if the queue is unreachable."""
        try:
            self._one_task(name)
        except Exception:
            logger.exception("the task queue cannot be reached; %s runs at its time", name)
            return False
        return True

    def _run_one(self, name: str) -> None:
        scheduled = self._scheduled.get(name)
        if scheduled is not None:  # A message may be older than this release.
            self._run(name, scheduled.job)

    def _run_woken(self) -> None:
        for name, job in self._on_wake.items():
            self._run(name, job)

    def _run(self, name: str, job: Job) -> None:
        """Run a job now, or begin to if it runs apart and is not running."""
        running = self._apart.get(name)
        if running is None:
            self._run_here(name, job)
        elif running.acquire(blocking=False):
            # Ends with the process: what it leaves half done is taken up by `job` itself.
            threading.Thread(
                target=self._run_apart, args=(name, job, running), name=name, daemon=True
            ).start()

    def _run_apart(self, name: str, job: Job, running: threading.Lock) -> None:
        try:
            self._run_here(name, job)
        except Exception:
            logger.exception("%s failed", name)
        finally:
            running.release()

    def _run_here(self, name: str, job: Job) -> None:
        """Run a job now; a database outage is logged in one line, and the next round retries."""
        with self.app.app_context():
            started_at, start = clock.now(), time.monotonic()
            failure: Exception | None = None
            try:
                job(started_at)
            except Exception as error:
                failure = error
                outage = outages.outage(error)
                if outage is None:
                    raise
                logger.error("%s waits, for the database cannot be used: %s", name, outage)
            finally:
                seconds = time.monotonic() - start
                self._tell(name, started_at, seconds, failure)

    def _tell(
        self, name: str, started_at: datetime, seconds: float, error: Exception | None
    ) -> None:
        """Send `job_ran`; what listens cannot make a job fail."""
        try:
            job_ran.send(self.app, name=name, started_at=started_at, seconds=seconds, error=error)
        except Exception:
            logger.exception("the run of %s cannot be recorded", name)


def init_app(app: Flask, huey_url: str, secrets: Sequence[str]) -> Jobs:
    """Attach a queue to the application; `secrets` sign its messages, newest first."""
    jobs = Jobs(app, queue_at(huey_url, secrets))
    app.extensions["jobs"] = jobs
    return jobs


def wake() -> None:
    """Wake the worker of the current application."""
    jobs: Jobs = current_app.extensions["jobs"]
    jobs.wake()
