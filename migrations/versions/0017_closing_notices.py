"""When the branch of a lecture was told that its day is closed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closing_notice",
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["lecture_id"],
            ["lecture.id"],
            name=op.f("fk_closing_notice_lecture_id_lecture"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("lecture_id", "starts_at", name=op.f("pk_closing_notice")),
    )


def downgrade() -> None:
    op.drop_table("closing_notice")
