"""Recognises database outages: errors of an unreachable, read-only or full database."""

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
"""Primary result codes of SQLite that concern the machine and not the statement."""

POSTGRESQL_OUTAGES = ("08", "25006", "53", "57P", "58")
"""SQLSTATE prefixes: connection, read-only, resources, shutdown, system (appendix A)."""


def outage(error: BaseException | None) -> str | None:
    """A line for the log if the error means an unreachable, read-only or full database, else None.

    Such an error is temporary and no defect; an error of a statement is one.
    """
    if isinstance(error, PoolTimeout):
        return "no connection to the database became free"
    if not isinstance(error, DBAPIError) or not _is_outage(error):
        return None
    # The driver's message contains no parameters; further lines only point into the statement.
    lines = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    return lines[0]


def _is_outage(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in SQLITE_OUTAGES
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(POSTGRESQL_OUTAGES)
    # Without a code the server did not answer: the connection could not be made, or broke.
    lost = error.connection_invalidated or error.statement is None
    return lost or isinstance(error, OperationalError | InterfaceError)


def log_outage(outage: str) -> None:
    """Log, once per request, why it failed."""
    logger.error("the database cannot be used: %s", outage)
