"""The write transaction. Only this module calls `commit`.

Every write happens inside `unit_of_work()`, which begins with BEGIN IMMEDIATE on SQLite, so that a
writer never has to upgrade a read lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from booking.db.base import db
from booking.db.refusals import deadlocked, domain_error

_checks: set[Callable[[], None]] = set()


def check_before_writing(check: Callable[[], None]) -> None:
    """Register a check to call before each unit of work; it raises to forbid the write."""
    _checks.add(check)


@contextmanager
def unit_of_work(*, patience: float | None = None) -> Iterator[Session]:
    """One write transaction: commits at the end, rolls back on any error.

    The session is rolled back first, which expires loaded objects: decisions inside are made on
    the current rows. A violated constraint becomes its domain error, a deadlock on PostgreSQL
    `Conflict`. Callbacks registered with `after_commit` run after the commit.

    With `patience`, in seconds, no statement waits longer than that for a lock; then
    `OperationalError` is raised.
    """
    for check in _checks:
        check()
    session = db.session()
    session.rollback()
    try:
        _begin(session, patience)
        yield session
        session.commit()
    except IntegrityError as error:
        session.rollback()
        session.info.pop("after_commit", None)
        refusal = domain_error(error)
        if refusal is None:
            raise
        raise refusal from error
    except OperationalError as error:
        session.rollback()
        session.info.pop("after_commit", None)
        conflict = deadlocked(error)
        if conflict is None:
            raise
        raise conflict from error
    except BaseException:
        session.rollback()
        session.info.pop("after_commit", None)
        raise
    callbacks: dict[str, Callable[[], None]] = session.info.pop("after_commit", {})
    for act in callbacks.values():
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
    """Register `act` to run once after this unit of work is committed (one per name)."""
    session.info.setdefault("after_commit", {})[name] = act


def begin_write() -> None:
    """Begin a write transaction for library code that commits by itself."""
    session = db.session()
    session.rollback()
    session.connection(execution_options={"write": True})


def commit_library_work() -> None:
    """Commit changes that library code left in the session without committing."""
    db.session.commit()
