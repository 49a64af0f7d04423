"""Who leaves; append-only tables let the name of somebody who has left be erased.

Only while a row of `leaving` is in the state `erasing`, which no transaction leaves behind, the texts of
the histories and of `reveal` can be changed, and labels and details of entries of the audit log
that are older than 180 days, for which the law keeps them as they are.

A later migration that makes one of these tables anew on SQLite must make these triggers anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

ERASING = "EXISTS (SELECT 1 FROM leaving WHERE state = 'erasing')"

HISTORY = (
    "id",
    "lecture_id",
    "at",
    "actor_name",
    "party",
    "command",
    "source",
    "target",
    "reason",
    "facts",
)
NOMINATION = (
    "id",
    "nomination_id",
    "at",
    "actor_name",
    "party",
    "command",
    "source",
    "target",
    "reason",
)
REQUEST = ("id", "request_id", "at", "actor_name", "party", "command", "source", "target", "reason")
CHANGE = (
    "id",
    "at",
    "actor_name",
    "on_behalf",
    "part",
    "before",
    "after",
    "undoes_id",
    "import_key",
)
REVEAL = (
    "id", "channel", "hint", "reader_name", "reader_unit", "through", "reference", "reason", "shown_at",
)  # fmt: skip
ENTRY = (
    "id", "recorded_at", "action", "actor_id", "subject_kind", "subject_id", "typed_hash", "region_code",
    "network",
)  # fmt: skip

HISTORIES = {
    "lecture_history": HISTORY,
    "nomination_history": NOMINATION,
    "contact_request_history": REQUEST,
}
"""Their link to the account may become empty at any time."""

TEXTS = frozenset({"actor_name", "reason", "facts", "before", "after", "hint", "reader_name"})
"""The columns of the histories that may be changed while somebody's name is erased."""

JSON = frozenset({"facts", "before", "after"})

REVEAL_LINKS = (
    "(NEW.reader_id IS NULL OR NEW.reader_id {same} OLD.reader_id) AND "
    "(NEW.user_id IS NULL OR NEW.user_id {same} OLD.user_id) AND "
    "(NEW.instructor_id IS NULL OR OLD.instructor_id IS NOT NULL)"
)
SQLITE_LINKS = REVEAL_LINKS.format(same="IS")
POSTGRESQL_LINKS = REVEAL_LINKS.format(same="IS NOT DISTINCT FROM")


def _same(columns: tuple[str, ...]) -> str:
    return " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in columns)


def _shape(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column for column in columns if column not in TEXTS)


def _row(version: str, columns: tuple[str, ...]) -> str:
    """JSON has no equality in PostgreSQL, its text has."""
    return ", ".join(f'{version}."{one}"{"::text" if one in JSON else ""}' for one in columns)


def _unchanged(columns: tuple[str, ...]) -> str:
    return f"ROW({_row('NEW', columns)}) IS NOT DISTINCT FROM ROW({_row('OLD', columns)})"


BEFORE_SQLITE = {
    **{
        table: f"WHEN NOT (NEW.user_id IS NULL AND {_same(columns)})"
        for table, columns in HISTORIES.items()
    },
    "entry_change": f"WHEN NOT ({_same(CHANGE)})",
    "reveal": f"WHEN NOT ({SQLITE_LINKS} AND {_same(REVEAL)})",
    "audit_entry": "",
}
AFTER_SQLITE = {
    **{
        table: (
            f"WHEN NOT ((NEW.user_id IS NULL AND {_same(columns)}) "
            f"OR ({_same((*_shape(columns), 'user_id'))} AND {ERASING}))"
        )
        for table, columns in HISTORIES.items()
    },
    "entry_change": f"WHEN NOT ({_same(CHANGE)} OR ({_same(_shape(CHANGE))} AND {ERASING}))",
    "reveal": (
        f"WHEN NOT ({SQLITE_LINKS} AND ({_same(REVEAL)} OR ({_same(_shape(REVEAL))} AND {ERASING})))"
    ),
    "audit_entry": (
        "WHEN NOT (OLD.recorded_at < strftime('%Y-%m-%d %H:%M:%f', 'now', '-180 days') "
        f"AND {_same(ENTRY)} AND {ERASING})"
    ),
}

UPDATE = "IF TG_OP = 'UPDATE' THEN IF {condition} THEN RETURN NEW; END IF; END IF;"
DELETE = (
    "IF TG_OP = 'DELETE' THEN IF OLD.{column} < now() - interval '{age}' THEN RETURN OLD; "
    "END IF; END IF;"
)
OLD_ENTRY = DELETE.format(column="recorded_at", age="180 days")
OLD_REVEAL = DELETE.format(column="shown_at", age="3 years")
BEFORE_POSTGRESQL = {
    **{
        table: UPDATE.format(condition=f"NEW.user_id IS NULL AND {_unchanged(columns)}")
        for table, columns in HISTORIES.items()
    },
    "entry_change": UPDATE.format(condition=_unchanged(CHANGE)),
    "reveal": OLD_REVEAL + UPDATE.format(condition=f"{POSTGRESQL_LINKS} AND {_unchanged(REVEAL)}"),
    "audit_entry": OLD_ENTRY,
}
AFTER_POSTGRESQL = {
    **{
        table: UPDATE.format(
            condition=(
                f"(NEW.user_id IS NULL AND {_unchanged(columns)}) "
                f"OR ({_unchanged((*_shape(columns), 'user_id'))} AND {ERASING})"
            )
        )
        for table, columns in HISTORIES.items()
    },
    "entry_change": UPDATE.format(
        condition=f"{_unchanged(CHANGE)} OR ({_unchanged(_shape(CHANGE))} AND {ERASING})"
    ),
    "reveal": OLD_REVEAL
    + UPDATE.format(
        condition=(
            f"{POSTGRESQL_LINKS} AND ({_unchanged(REVEAL)} "
            f"OR ({_unchanged(_shape(REVEAL))} AND {ERASING}))"
        )
    ),
    "audit_entry": OLD_ENTRY
    + UPDATE.format(
        condition=(
            f"OLD.recorded_at < now() - interval '180 days' AND {_unchanged(ENTRY)} AND {ERASING}"
        )
    ),
}


def upgrade() -> None:
    _leaving()
    _entries()
    _triggers(AFTER_SQLITE, AFTER_POSTGRESQL)


def _leaving() -> None:
    op.create_table(
        "leaving",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("asked_by_id", sa.Integer()),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("memberships", sa.JSON(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("log_erased_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_leaving_user_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["user.id"],
            name=op.f("fk_leaving_asked_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaving")),
    )
    op.create_index("ix_leaving_state", "leaving", ["state", "due_at"])
    op.create_index(op.f("ix_leaving_user_id"), "leaving", ["user_id"])


def _entries() -> None:
    op.create_table(
        "leaving_entry",
        sa.Column("leaving_id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("was_listed", sa.Boolean(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leaving_id"],
            ["leaving.id"],
            name=op.f("fk_leaving_entry_leaving_id_leaving"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_leaving_entry_instructor_id_instructor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("leaving_id", "instructor_id", name=op.f("pk_leaving_entry")),
    )
    op.create_index(op.f("ix_leaving_entry_instructor_id"), "leaving_entry", ["instructor_id"])


def _triggers(sqlite: dict[str, str], postgresql: dict[str, str]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, condition in sqlite.items():
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{table}_append_only'); END"
            )
        return
    for table, allowed in postgresql.items():
        op.execute(
            f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN {allowed} RAISE EXCEPTION '{table}_append_only' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )


def downgrade() -> None:
    _triggers(BEFORE_SQLITE, BEFORE_POSTGRESQL)
    op.drop_table("leaving_entry")
    op.drop_table("leaving")
