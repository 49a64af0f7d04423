"""How connections to SQLite are set up, and the queue of its writers."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

SQLITE_BUSY_MS = 10_000
"""How long a SQLite writer waits for its turn before it gives up."""


def set_up(engine: Engine) -> None:
    """WAL, durable commits, foreign keys, and transactions that we begin ourselves."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver must not begin transactions: it would begin DEFERRED, and a later
        # upgrade to a write lock fails at once instead of waiting its turn.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    file = engine.url.database
    queue = f"{file}-turn" if file and file != ":memory:" else None

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        write, patience = options.get("write", False), options.get("patience")
        if write and queue is not None and "turn" not in connection.info:
            connection.info["turn"] = _wait_for_turn(queue, patience)
        if patience is None:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
            return
        connection.exec_driver_sql(f"PRAGMA busy_timeout={round(patience * 1000)}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")

    @event.listens_for(engine, "checkin")
    def on_checkin(_connection: Any, record: ConnectionPoolEntry) -> None:
        turn = record.info.pop("turn", None)
        if turn is not None:
            os.close(turn)


def _wait_for_turn(queue: str, patience: float | None) -> int:
    """Queue for the write lock; returns the descriptor whose closing lets the next one in.

    SQLite's own waiting sleeps up to 100 ms and keeps no order, so that under load an
    unlucky writer waits for seconds. The kernel hands a file lock on in order, at once,
    and when its holder dies. Who waits for `patience` seconds only asks again and again.
    """
    try:
        descriptor = os.open(queue, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise OperationalError(None, None, error) from error
    try:
        if patience is None:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        else:
            _lock_within(descriptor, patience)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _lock_within(descriptor: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() > end:
                raise OperationalError("BEGIN IMMEDIATE", None, error) from None
            time.sleep(0.005)
