"""Set-up of connections to PostgreSQL: prepared statements, and autocommit for readers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

PREPARED_AFTER = 2
"""Executions of a statement before psycopg prepares it (psycopg's default: 5)."""

PREPARED_MOST = 500
"""Prepared statements that a connection keeps (psycopg's default: 100)."""


def set_up(engine: Engine) -> None:
    """Let only writers open a transaction; readers run in autocommit mode.

    Under READ COMMITTED each statement sees what was committed when it began, in a transaction or
    not. But a reading session ends by ROLLBACK, upon which psycopg drops all prepared statements:
    the server would parse and plan each statement again for every page.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.prepare_threshold = PREPARED_AFTER
        connection.prepared_max = PREPARED_MOST

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.autocommit = not connection.get_execution_options().get("write", False)
