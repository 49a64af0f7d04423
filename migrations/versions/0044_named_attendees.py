"""People of a branch who were named for a lecture."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    name = "named_attendee"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("named_by", sa.Integer()),
        sa.Column("named_at", INSTANT, nullable=False),
        sa.Column("lecture_as_of", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["lecture_id"],
            ["lecture.id"],
            name=op.f(f"fk_{name}_lecture_id_lecture"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["named_by"], ["user.id"], name=op.f(f"fk_{name}_named_by_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(
            "lecture_id", "address_hash", name=op.f(f"uq_{name}_lecture_id_address_hash")
        ),
    )
    op.create_index(op.f(f"ix_{name}_email"), name, ["email"])
    op.create_index(op.f(f"ix_{name}_named_by"), name, ["named_by"])


def downgrade() -> None:
    op.drop_table("named_attendee")
