"""Migrations: up and down with data, one line of them, and the same schema as the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, func, inspect, select, text

import config
from booking.db import Base, db, of_database
from booking.lectures.models import HistoryEntry, Hold, Lecture
from tests import databases, factories
from tests.databases import PostgresTemplates

REVISIONS = tuple(f"{number:04}" for number in range(1, 15))
EXCLUSION = "ex_hold_no_overlap"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server: PostgresTemplates = request.getfixturevalue("postgres")
        url = server.empty()
    with databases.running(url, tmp_path) as app:
        yield app


def test_the_history_is_one_line() -> None:
    alembic = Config()
    alembic.set_main_option("script_location", str(config.ROOT / "migrations"))
    alembic.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(alembic)
    walked = [revision.revision for revision in script.walk_revisions()][::-1]
    assert tuple(walked[: len(REVISIONS)]) == REVISIONS
    assert script.get_heads() == [walked[-1]]
    assert not any(revision.is_merge_point for revision in script.walk_revisions())


# On SQLite: an index that only PostgreSQL has is passed over.
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based")
def test_the_migrated_schema_is_that_of_the_models(empty: Flask) -> None:
    databases.migrate(empty)
    with empty.app_context(), db.engine.connect() as connection:
        included = of_database(connection.dialect.name)
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": included}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_down_and_up_again_leaves_an_empty_and_then_a_full_schema(empty: Flask) -> None:
    databases.migrate(empty)
    with empty.app_context():
        full = set(inspect(db.engine).get_table_names())
        flask_migrate.downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    databases.migrate(empty)
    with empty.app_context():
        assert set(inspect(db.engine).get_table_names()) == full


def test_data_outlives_each_step_that_keeps_its_tables(app: Flask) -> None:
    people = factories.invite(app)
    factories.confirmed(app, people)
    factories.requested(app, people, factories.at(4, 9))
    before = _rows(app)
    with app.app_context():
        flask_migrate.downgrade(revision=REVISIONS[0])
    assert _exclusions(app) == []
    assert _rows(app) == before
    databases.migrate(app)
    assert _rows(app) == before
    assert _exclusions(app) != []


def test_a_schema_with_data_goes_down_to_nothing(app: Flask) -> None:
    people = factories.invite(app)
    factories.confirmed(app, people)
    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}


def test_the_exclusions_of_holds_and_terms_exist_by_name(app: Flask) -> None:
    with app.app_context():
        sqlite = db.engine.dialect.name == "sqlite"
    both = (EXCLUSION, "ex_term_no_overlap")
    triggers = [f"{name}_{verb}" for name in both for verb in ("insert", "update")]
    assert _exclusions(app) == (triggers if sqlite else list(both))


def _rows(app: Flask) -> dict[str, int]:
    with app.app_context():
        counts = {
            model.__tablename__: db.session.scalar(select(func.count()).select_from(model))
            for model in (Lecture, Hold, HistoryEntry)
        }
        db.session.remove()
    return {name: count or 0 for name, count in counts.items()}


def _exclusions(app: Flask) -> list[str]:
    with app.app_context(), db.engine.connect() as connection:
        return sorted(_named(connection))


def _named(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ex_%'"
    else:
        query = "SELECT conname FROM pg_constraint WHERE contype = 'x'"
    return list(connection.scalars(text(query)))
