"""Alembic's environment: runs inside the application, on its engine.

Migrations are linear. The tests upgrade and downgrade each one with data on SQLite and
PostgreSQL, and compare the migrated schema with the models.
"""

from __future__ import annotations

import sys

from alembic import context
from flask import has_app_context
from sqlalchemy.exc import OperationalError

from booking.db import Base, db, of_database, unreachable


def run() -> None:
    """Migrate in one write transaction, so that a failure rolls everything back."""
    engine = db.engine
    with engine.connect().execution_options(write=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            transaction_per_migration=False,
            compare_type=True,
            include_object=of_database(engine.dialect.name),
        )
        with context.begin_transaction():
            context.run_migrations()
        # After batch operations on SQLite the outer transaction must be committed here.
        connection.commit()


assert has_app_context(), "run migrations with `flask db upgrade`"
try:
    run()
except OperationalError as error:
    told = unreachable(error)
    if told is None:
        raise
    sys.exit(f"Error: {told}")
