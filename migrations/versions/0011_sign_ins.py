"""Table of sign-ins, so that they can be revoked; names of actors in the lecture history."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NAMES = """
UPDATE lecture_history SET actor_name = (
    SELECT "user".name FROM "user" WHERE "user".id = lecture_history.user_id
) WHERE user_id IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("uniquifier", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=20), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_sign_in_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_sign_in_key_hash")),
    )
    op.create_index(op.f("ix_sign_in_user_id"), "sign_in", ["user_id"])
    op.add_column(
        "lecture_history",
        sa.Column("actor_name", sa.String(length=60), nullable=False, server_default=""),
    )
    op.execute(NAMES)


def downgrade() -> None:
    # The older schema has one party for coordinators of either side.
    op.execute(
        "UPDATE lecture_history SET party = 'coordinator' WHERE party = 'branch_coordinator'"
    )
    op.drop_column("lecture_history", "actor_name")
    op.drop_table("sign_in")
