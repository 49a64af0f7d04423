"""The database: models' base, UTC instants, the unit of work, and refusals by name.

`commit` stands only in this file. A write happens inside `unit_of_work()`, which
on SQLite begins IMMEDIATE, so that a writer never has to upgrade a read lock.
"""

from __future__ import annotations

import enum
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from booking.errors import Conflict, DomainError
from booking.web import request_safety

SQLITE_BUSY_MS = 10_000
"""How long a SQLite writer waits for its turn before it gives up."""

PREPARED_AFTER = 2
"""From which use on a PostgreSQL connection keeps a statement prepared (psycopg: 5)."""

PREPARED_MOST = 500
"""How many statements a PostgreSQL connection keeps prepared (psycopg: 100)."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; a naive value is a programming error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values and store UTC (without a zone on SQLite, which has none)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand out aware UTC whatever the database returned."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def of_database(dialect: str) -> Callable[..., bool]:
    """For Alembic's `include_object`: leaves out what a model marks as another database's own."""

    def included(item: Any, _name: Any, _kind: Any, reflected: bool, _other: Any) -> bool:
        return reflected or item.info.get("only", dialect) == dialect

    return included


class Base(DeclarativeBase):
    """The base of every model; constraints get names, so that refusals have names."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime(),
            # Stored by value and as plain text: a new member needs no migration of a type.
            enum.Enum: Enum(
                enum.Enum,
                native_enum=False,
                length=20,
                values_callable=lambda members: [member.value for member in members],
            ),
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

_refusals: dict[str, Callable[[], DomainError]] = {}


def refuse(constraint: str, error: Callable[[], DomainError]) -> None:
    """Name the domain error that a violated constraint (or trigger) means."""
    _refusals[constraint] = error


def _violated(error: IntegrityError) -> str:
    """The violated constraint's name, or on SQLite the text that contains it."""
    diagnostics = getattr(error.orig, "diag", None)
    name = getattr(diagnostics, "constraint_name", None)
    return name if isinstance(name, str) else str(error.orig)


def domain_error(error: IntegrityError) -> DomainError | None:
    """What an integrity error means in words of the domain, or None if it is a bug."""
    told = _violated(error)
    for name, make in _refusals.items():
        if name in told:
            return make()
    return Conflict() if "UNIQUE" in told or told.startswith("uq_") else None


def unreachable(error: OperationalError) -> str | None:
    """One sentence for an operator where no connection can be made at all, else None."""
    if error.statement is not None:
        return None
    why = str(error.orig).strip().splitlines()[0]
    return f"The database cannot be opened: look at DATABASE_URL. It says: {why}"


@contextmanager
def unit_of_work(*, patience: float | None = None) -> Iterator[Session]:
    """One write transaction: commits at the end, rolls back on any error.

    What the session had read before is forgotten first: decisions inside are made
    on what the database says now. A violated constraint becomes its domain error.
    Callables left with `after_commit` run once the change is durable.

    With `patience`, in seconds, nothing waits longer than that for others' locks; then
    `OperationalError` is raised.
    """
    if request_safety.is_stale():
        raise RuntimeError("a view went on to write although its form had a stale token")
    session = db.session()
    session.rollback()
    try:
        _begin(session, patience)
        yield session
        session.commit()
    except IntegrityError as error:
        session.rollback()
        session.info.pop("after_commit", None)
        meaning = domain_error(error)
        if meaning is None:
            raise
        raise meaning from error
    except BaseException:
        session.rollback()
        session.info.pop("after_commit", None)
        raise
    waiting: dict[str, Callable[[], None]] = session.info.pop("after_commit", {})
    for act in waiting.values():
        act()


def _begin(session: Session, patience: float | None) -> None:
    options: dict[str, Any] = {"write": True}
    if patience is not None:
        options["patience"] = patience
    connection = session.connection(execution_options=options)
    if patience is not None and connection.dialect.name == "postgresql":
        limit = {"limit": f"{round(patience * 1000)}ms"}
        connection.execute(text("SELECT set_config('lock_timeout', :limit, true)"), limit)


def after_commit(session: Session, name: str, act: Callable[[], None]) -> None:
    """Run `act` once after this unit of work is durable (one act per name)."""
    session.info.setdefault("after_commit", {})[name] = act


def begin_write() -> None:
    """Begin a write transaction for library code that commits by itself."""
    session = db.session()
    session.rollback()
    session.connection(execution_options={"write": True})


def commit_library_work() -> None:
    """Commit what library code left in the session, where the library does not."""
    db.session.commit()


def init_app(app: Flask) -> None:
    """Attach the database to the application and set up its engine."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _set_up_sqlite(db.engine)
        else:
            _set_up_postgresql(db.engine)


def _set_up_postgresql(engine: Engine) -> None:
    """Only writers open a transaction; readers' statements stand each for itself.

    READ COMMITTED shows each statement what is committed when it begins, in a transaction or
    not. But sessions end by ROLLBACK, upon which psycopg forgets all prepared statements: the
    server would parse and plan each one anew for every page.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.prepare_threshold = PREPARED_AFTER
        connection.prepared_max = PREPARED_MOST

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.autocommit = not connection.get_execution_options().get("write", False)


def _set_up_sqlite(engine: Engine) -> None:
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
