"""How connections to PostgreSQL are set up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

PREPARED_AFTER = 2
"""From which use on a PostgreSQL connection keeps a statement prepared (psycopg: 5)."""

PREPARED_MOST = 500
"""How many statements a PostgreSQL connection keeps prepared (psycopg: 100)."""


def set_up(engine: Engine) -> None:
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
