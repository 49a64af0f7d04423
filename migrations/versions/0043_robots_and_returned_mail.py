"""Robots of chat groups; when a message came back."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    name = "robot"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text()),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("recent", sa.JSON(), nullable=False),
        sa.Column("last_sent_at", INSTANT),
        sa.Column("last_error", sa.String(length=80)),
        sa.Column("digest_on", sa.Date()),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f(f"fk_{name}_region_code_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_region_code"), name, ["region_code"])
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("returned_at", INSTANT))


def downgrade() -> None:
    op.execute("DELETE FROM delivery WHERE channel = 'robot'")
    with op.batch_alter_table("delivery") as table:
        table.drop_column("returned_at")
    op.drop_table("robot")
