"""Whoever can write to the task queue's storage runs nothing in the worker."""

from __future__ import annotations

import logging
import pickle
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from huey.serializer import SignedSerializer

from booking.job_queue import REMOVED, SignedQueue, queue_at

KEY, OLD_KEY, FOREIGN_KEY = (
    f"{word} secret, long enough to be one" for word in "new old bad".split()
)

ran: list[str] = []

Queues = Callable[..., tuple[SignedQueue, Callable[[str], object]]]
"""Takes secrets; gives a queue and its task."""


class Bomb:
    """Reading its pickle runs code."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return ran.append, ("a forged message",)


@pytest.fixture(params=["sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a queue on each kind of storage."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'huey.db'}"
        return
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    path = tmp_path / "redis.sock"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, "--port", str(port), "--save", "", "--unixsocket", str(path)],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 20
        while not path.exists() and time.monotonic() < end:
            time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def queues(url: str) -> Iterator[Queues]:
    """Makes queues with the given secrets, each with a task that notes its name."""
    made: list[SignedQueue] = []
    ran.clear()

    def make(*secrets: str) -> tuple[SignedQueue, Callable[[str], object]]:
        queue = queue_at(url, secrets)
        made.append(queue)
        return queue, queue.task(name="note")(ran.append)

    yield make
    for queue in made:
        queue.storage.close()


def run_all(queue: SignedQueue) -> None:
    """What a worker does until its queue is empty."""
    while (task := queue.dequeue()) is not None:
        queue.execute(task)


def forged(key: str = FOREIGN_KEY) -> list[bytes]:
    """Messages that this installation has not written."""
    bomb = pickle.dumps(Bomb())
    signed = SignedSerializer(secret=key, salt="task queue")
    return [bomb, signed.serialize(Bomb()), bomb + b":" + b"0" * 40, b"", b"garbage", b":"]


def test_what_was_not_signed_here_runs_nothing_and_costs_a_line_each(
    queues: Queues, caplog: pytest.LogCaptureFixture
) -> None:
    queue, note = queues(KEY)
    for message in forged():
        queue.storage.enqueue(message)
    note("ours")

    with caplog.at_level(logging.WARNING):
        run_all(queue)

    assert ran == ["ours"]
    assert [record.getMessage() for record in caplog.records] == [REMOVED] * len(forged())
    assert [record.exc_info for record in caplog.records if record.exc_info] == []
    assert queue.pending_count() == 0


def test_a_message_of_another_task_cannot_be_changed_and_used(queues: Queues) -> None:
    queue, note = queues(KEY)
    note("ours")
    message = queue.storage.dequeue()
    queue.storage.enqueue(message.replace(b"ours", b"bomb"))

    run_all(queue)

    assert ran == []


def test_neither_the_schedule_nor_stored_values_run_anything(queues: Queues) -> None:
    queue, note = queues(KEY)
    for message in forged():
        queue.storage.add_to_schedule(message, datetime(2026, 1, 1))
    note("ours")
    [task] = queue.pending()
    for key in ("rt:note", task.revoke_id, "value"):
        queue.storage.put_data(key, pickle.dumps(Bomb()))

    assert queue.read_schedule() == []
    assert queue.get("value") is None
    run_all(queue)

    assert ran == ["ours"]


def test_messages_from_before_a_change_of_the_key_are_run(queues: Queues) -> None:
    _old, note_with_old_key = queues(OLD_KEY)
    note_with_old_key("old")
    changed, note = queues(KEY, OLD_KEY)
    note("new")
    run_all(changed)
    assert ran == ["old", "new"]

    note_with_old_key("too late")
    finished, _note = queues(KEY)
    run_all(finished)
    assert ran == ["old", "new"]


def test_the_worker_goes_on(queues: Queues) -> None:
    queue, note = queues(KEY)
    consumer = queue.create_consumer(workers=1, initial_delay=0.01, max_delay=0.05, periodic=False)
    consumer.start()
    try:
        for message in forged():
            queue.storage.enqueue(message)
        done = threading.Event()
        queue.task(name="done")(done.set)()
        note("ours")
        assert done.wait(20)
    finally:
        consumer.stop(graceful=True)
    assert "a forged message" not in ran
