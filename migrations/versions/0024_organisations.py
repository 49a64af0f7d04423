"""Organisations are closed and merged, regions and fields merged; lists to import, field changes.

What was merged stays as a row that leads to the one that stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ALIASES = (
    ("organisation", "merged_into_id", "INTEGER", "id"),
    ("region", "merged_into_code", "VARCHAR(12)", "code"),
    ("field", "merged_into_id", "INTEGER", "id"),
)


def upgrade() -> None:
    op.add_column("organisation", sa.Column("closed_at", INSTANT))
    op.add_column(
        "organisation",
        sa.Column("closed_reason", sa.String(200), nullable=False, server_default=""),
    )
    for table, column, kind, key in ALIASES:
        # Written out: Alembic would make the table anew on SQLite, and others refer to its rows.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} {kind} "
            f"CONSTRAINT fk_{table}_{column}_{table} REFERENCES {table} ({key})"
        )
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    _drafts()
    _changes()


def _drafts() -> None:
    name = "list_draft"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(43), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f(f"fk_{name}_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{name}_key")),
    )
    op.create_index(op.f(f"ix_{name}_user_id"), name, ["user_id"])


def _changes() -> None:
    name = "field_change"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("other", sa.String(200), nullable=False),
        sa.Column("reverse", sa.JSON(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f(f"fk_{name}_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def downgrade() -> None:
    op.drop_table("field_change")
    op.drop_table("list_draft")
    for table, column, _kind, _key in reversed(ALIASES):
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
        op.drop_column(table, column)
    op.drop_column("organisation", "closed_reason")
    op.drop_column("organisation", "closed_at")
