"""Links by which listeners answer without an account."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    name = "listener_link"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["lecture_id"],
            ["lecture.id"],
            name=op.f(f"fk_{name}_lecture_id_lecture"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("lecture_id", "purpose", name=op.f(f"uq_{name}_lecture_id_purpose")),
    )


def downgrade() -> None:
    op.drop_table("listener_link")
