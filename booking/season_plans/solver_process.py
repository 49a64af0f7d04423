"""Computes a season plan in a child process, with limits, progress, and a stop at any moment.

Each line that the child writes is a whole plan, the best so far. So whatever ends the child, be it
the time, the memory limit or somebody who does not want to wait, the last plan is there and valid.
"""

from __future__ import annotations

import json
import pickle  # Read by our own child only.  # nosec B403
import queue
import subprocess  # The search has limits of its own in a process of its own.  # nosec B404
import threading
import time
from collections.abc import Callable
from typing import IO

from booking import json_values
from booking.process import child
from booking.process.child import ChildEnded, Limits
from booking.season_plans.engine.plan import Effort, Progress
from booking.season_plans.engine.task import Task

PROGRAM = "booking.season_plans.child_program"
"""Named, not imported: it loads OR-Tools."""
MEMORY = 1_000_000_000
"""Bytes of address space: 3,000 needs with 2,000 instructors need half of it."""
GRACE_SECONDS = 20
"""How long the child may take beyond its time, to start and to write its last line."""
POLL_SECONDS = 0.2
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"}
"""Less address space for threads that compute little."""


def plan_season(
    task: Task,
    effort: Effort,
    *,
    report: Callable[[Progress], object] = lambda _progress: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Progress:
    """The best plan that is found in time, or until `stopped` says so.

    `report` gets the first plan, which is first come, first served, and better ones, in this
    thread. Raises `ChildEnded` if there is not even a first plan, whether for a limit or a stop.
    """
    limits = Limits(
        memory=MEMORY,
        cpu_seconds=int((effort.seconds + GRACE_SECONDS) * effort.workers),
        seconds=effort.seconds + GRACE_SECONDS,
    )
    # A fixed program, without a shell; the input goes to its standard input.
    with subprocess.Popen(  # nosec B603
        child.command(PROGRAM, limits),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        cwd="/",
    ) as process:
        assert process.stdout is not None
        lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
        reader.start()
        try:
            return _last_progress(process, lines, (task, effort), limits, report, stopped)
        finally:
            process.kill()
            # It reads until the end, which is there now; only then may the pipe be closed.
            reader.join()


def _last_progress(
    process: subprocess.Popen[bytes],
    lines: queue.SimpleQueue[bytes],
    message: tuple[Task, Effort],
    limits: Limits,
    report: Callable[[Progress], object],
    stopped: Callable[[], bool],
) -> Progress:
    """Report what the child writes until it ends or must end."""
    assert process.stdin is not None
    latest, ends_at = None, time.monotonic() + limits.seconds
    _ask(process.stdin, pickle.dumps(message))
    while not stopped() and time.monotonic() < ends_at:
        try:
            line = lines.get(timeout=POLL_SECONDS)
        except queue.Empty:
            continue
        if not line.endswith(b"\n"):
            # The end; or a line that was cut off when the child was killed.
            break
        latest = json_values.read(json.loads(line), Progress)
        report(latest)
    if latest is None:
        raise ChildEnded
    return latest


def _ask(stdin: IO[bytes], message: bytes) -> None:
    """Send the message; a child that has ended already reads none."""
    try:
        with stdin:
            stdin.write(message)
    except BrokenPipeError:
        return


def _read(stdout: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    """Hand over each line, and at last an empty one."""
    for line in stdout:
        lines.put(line)
    lines.put(b"")
