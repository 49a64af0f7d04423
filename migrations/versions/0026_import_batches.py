"""Imports as batches that can be undone, previews with cells, and default hours."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Previews and reports live for a day; those of the release before cannot be read any more.
    op.drop_table("import_draft")
    op.drop_table("import_report")
    _drafts()
    _batches()
    _remembered()
    _hours()


def _user(name: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return _foreign(name, "user_id", "user", "id", ondelete)


def _foreign(
    name: str, column: str, table: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    key = op.f(f"fk_{name}_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.{target}"], name=key, ondelete=ondelete)


def _drafts() -> None:
    name = "import_draft"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("roster", sa.JSON(), nullable=False),
        sa.Column("refused", sa.String(length=20)),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("skip_invalid", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("seen_at", INSTANT),
        sa.Column("failure", sa.String(length=20)),
        _user(name),
        _foreign(name, "region_code", "region", "code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_draft")),
        sa.UniqueConstraint("key", name=op.f("uq_import_draft_key")),
    )
    op.create_index(op.f("ix_import_draft_user_id"), name, ["user_id"])
    op.create_index("ix_import_draft_state", name, ["state"])


def _batches() -> None:
    name = "import_batch"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("field_ids", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("undone_at", INSTANT),
        _user(name, "SET NULL"),
        _foreign(name, "region_code", "region", "code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("key", name=op.f("uq_import_batch_key")),
    )
    op.create_index(op.f("ix_import_batch_user_id"), name, ["user_id"])
    op.create_index("ix_import_batch_region_code", name, ["region_code", "id"])
    entries = "import_batch_entry"
    op.create_table(
        entries,
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        _foreign(entries, "batch_id", name, "id", "CASCADE"),
        _foreign(entries, "instructor_id", "instructor", "id", "CASCADE"),
        sa.PrimaryKeyConstraint("batch_id", "instructor_id", name=op.f(f"pk_{entries}")),
    )
    op.create_index(op.f(f"ix_{entries}_instructor_id"), entries, ["instructor_id"])


def _remembered() -> None:
    name = "remembered_column"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("header", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        _user(name),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("user_id", "header", name=op.f(f"uq_{name}_user_id_header")),
    )


def _hours() -> None:
    name = "default_hours"
    op.create_table(
        name,
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("filled_at", INSTANT, nullable=False),
        _foreign(name, "instructor_id", "instructor", "id", "CASCADE"),
        _user(name, "SET NULL"),
        sa.PrimaryKeyConstraint("instructor_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_user_id"), name, ["user_id"])
    name = "default_week"
    op.create_table(
        name,
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        _foreign(name, "region_code", "region", "code", "CASCADE"),
        sa.PrimaryKeyConstraint("region_code", name=op.f(f"pk_{name}")),
    )


def downgrade() -> None:
    for name in (
        "default_week",
        "default_hours",
        "remembered_column",
        "import_batch_entry",
        "import_batch",
        "import_draft",
    ):
        op.drop_table(name)
    _earlier("import_draft", "roster", region=True)
    _earlier("import_report", "report", region=False)


def _earlier(name: str, content: str, *, region: bool) -> None:
    """The tables of migration 0015 and before."""
    columns = [sa.Column("region_code", sa.String(length=12), nullable=False)] if region else []
    foreign = [_foreign(name, "region_code", "region", "code")] if region else []
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column(content, sa.JSON(), nullable=False),
        *columns,
        sa.Column("created_at", INSTANT, nullable=False),
        _user(name),
        *foreign,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{name}_key")),
    )
    op.create_index(op.f(f"ix_{name}_user_id"), name, ["user_id"])
