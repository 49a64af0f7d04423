"""Imports in the history of entries, exports made by the worker.

A row of `entry_change` says by which import it was made. When an import is undone, the entries that
it added go; their history stays, so that its link to the entry may become empty.

`entry_change` is made anew on SQLite, and with it the triggers of migration 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

LINK = "fk_entry_change_instructor_id_instructor"

COLUMNS = ("id", "at", "actor_name", "on_behalf", "part", "before", "after", "undoes_id")
"""All but the links (migration 0025)."""


def _triggers(columns: tuple[str, ...]) -> dict[str, str]:
    same = " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in columns)
    return {
        "entry_change_no_update": f"BEFORE UPDATE ON entry_change WHEN NOT ({same})",
        "entry_change_no_delete": "BEFORE DELETE ON entry_change",
        "entry_change_no_replace": (
            "BEFORE INSERT ON entry_change "
            "WHEN EXISTS (SELECT 1 FROM entry_change WHERE id = NEW.id)"
        ),
    }


def _row(version: str, columns: tuple[str, ...]) -> str:
    """The columns of a row; JSON has no equality in PostgreSQL, its text has."""
    return ", ".join(
        f'{version}."{name}"{"::text" if name in ("before", "after") else ""}' for name in columns
    )


def _function(columns: tuple[str, ...]) -> str:
    return f"""
CREATE OR REPLACE FUNCTION entry_change_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF ROW({_row("NEW", columns)}) IS NOT DISTINCT FROM ROW({_row("OLD", columns)}) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'entry_change_append_only' USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


def _drop_triggers() -> None:
    for name in _triggers(COLUMNS):
        op.execute(f"DROP TRIGGER {name}")


def _create_triggers(columns: tuple[str, ...]) -> None:
    for name, event in _triggers(columns).items():
        op.execute(
            f"CREATE TRIGGER {name} {event} "
            "BEGIN SELECT RAISE(ABORT, 'entry_change_append_only'); END"
        )


def upgrade() -> None:
    if _is_sqlite():
        _drop_triggers()
    with op.batch_alter_table("entry_change") as table:
        table.add_column(sa.Column("import_key", sa.String(length=43)))
        table.alter_column("instructor_id", existing_type=sa.Integer(), nullable=True)
        table.drop_constraint(LINK, type_="foreignkey")
        table.create_foreign_key(LINK, "instructor", ["instructor_id"], ["id"], ondelete="SET NULL")
    op.create_index(op.f("ix_entry_change_import_key"), "entry_change", ["import_key"])
    columns = (*COLUMNS, "import_key")
    if _is_sqlite():
        _create_triggers(columns)
    else:
        op.execute(_function(columns))
    _exports()


def _exports() -> None:
    name = "export_file"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("mimetype", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("seen_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_export_file_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_file")),
        sa.UniqueConstraint("key", name=op.f("uq_export_file_key")),
    )
    op.create_index(op.f("ix_export_file_user_id"), name, ["user_id"])
    op.create_index("ix_export_file_state", name, ["state"])


def downgrade() -> None:
    op.drop_table("export_file")
    # The release before knows no history without an entry. It is copied to no other table: the
    # entries are gone.
    if _is_sqlite():
        _drop_triggers()
    else:
        op.execute("ALTER TABLE entry_change DISABLE TRIGGER entry_change_rows")
    op.execute(
        "UPDATE entry_change SET undoes_id = NULL WHERE undoes_id IN "
        "(SELECT id FROM entry_change WHERE instructor_id IS NULL)"
    )
    op.execute("DELETE FROM entry_change WHERE instructor_id IS NULL")
    op.execute("DELETE FROM entry_change WHERE part = 'particulars'")
    if not _is_sqlite():
        op.execute("ALTER TABLE entry_change ENABLE TRIGGER entry_change_rows")
        op.execute(_function(COLUMNS))
    op.drop_index(op.f("ix_entry_change_import_key"), "entry_change")
    with op.batch_alter_table("entry_change") as table:
        table.drop_constraint(LINK, type_="foreignkey")
        table.create_foreign_key(LINK, "instructor", ["instructor_id"], ["id"])
        table.alter_column("instructor_id", existing_type=sa.Integer(), nullable=False)
        table.drop_column("import_key")
    if _is_sqlite():
        _create_triggers(COLUMNS)
