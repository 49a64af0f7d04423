"""Attempt counters, queue of password resets, request limits of branches."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt_count",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("empty_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt_count")),
    )
    op.create_index(op.f("ix_attempt_count_empty_at"), "attempt_count", ["empty_at"])
    op.create_table(
        "reset_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("language", sa.String(12), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_request")),
    )
    op.add_column("organisation", sa.Column("open_limit", sa.Integer(), nullable=True))
    op.add_column("organisation", sa.Column("daily_limit", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("organisation", "daily_limit")
    op.drop_column("organisation", "open_limit")
    op.drop_table("reset_request")
    op.drop_table("attempt_count")
