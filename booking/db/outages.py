"""Errors that say that the database is away, read-only or full: nobody's mistake, and they pass."""

from __future__ import annotations

import logging
import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

logger = logging.getLogger(__name__)

SQLITE_OUTAGES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
"""Result codes of SQLite that are about the machine and not about the statement."""

POSTGRESQL_OUTAGES = ("08", "25006", "53", "57P", "58")
"""Beginnings of SQLSTATE: connection, read-only, resources, shutdown, system (appendix A)."""


def outage(error: BaseException | None) -> str | None:
    """One line for the log where the database is away, read-only or full, else None.

    Such an error is nobody's mistake and passes; what is wrong with a statement is a defect.
    """
    if isinstance(error, PoolTimeout):
        return "no connection to the database became free"
    if not isinstance(error, DBAPIError) or not _is_outage(error):
        return None
    # The driver's text names no parameters; further lines only point into the statement.
    told = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    return told[0]


def _is_outage(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in SQLITE_OUTAGES
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(POSTGRESQL_OUTAGES)
    # Without a code nobody was asked: the connection cannot be made, or broke.
    lost = error.connection_invalidated or error.statement is None
    return lost or isinstance(error, OperationalError | InterfaceError)


def log_outage(outage: str) -> None:
    """Say once for a request why it was not answered."""
    logger.error("the database cannot be used: %s", outage)
