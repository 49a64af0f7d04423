"""Set-up of connections to SQLite, and the lock file that queues its writers."""

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
"""Milliseconds that a connection waits for SQLite's write lock before it fails."""


def set_up(engine: Engine) -> None:
    """Enable WAL, durable commits, foreign keys, and explicit BEGIN statements."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver must not begin transactions: it would begin DEFERRED, and a later
        # upgrade to a write lock fails at once instead of waiting for the lock.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    file = engine.url.database
    lock_file = f"{file}-turn" if file and file != ":memory:" else None

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        write, patience = options.get("write", False), options.get("patience")
        if write and lock_file is not None and "turn" not in connection.info:
            connection.info["turn"] = _wait_for_turn(lock_file, patience)
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


def _wait_for_turn(lock_file: str, patience: float | None) -> int:
    """Acquire the file lock of the writers; closing the returned descriptor releases it.

    SQLite's own busy handler sleeps up to 100 ms and keeps no order, so that under load a
    writer may wait for seconds. The kernel grants a file lock in order and at once, also
    when its holder dies. With `patience`, in seconds, the lock is polled instead.
    """
    try:
        descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o600)
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
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise OperationalError("BEGIN IMMEDIATE", None, error) from None
            time.sleep(0.005)
