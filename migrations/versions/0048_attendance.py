"""Attendance lists: who listened to a lecture, if the branch wants to know."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0045"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    name = "attendance_entry"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("link_id", sa.Integer()),
        sa.Column("device_key", sa.String(length=64)),
        sa.Column("added_by", sa.Integer()),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT),
        sa.Column("struck_at", INSTANT),
        sa.Column("forgotten_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["lecture_id"],
            ["lecture.id"],
            name=op.f(f"fk_{name}_lecture_id_lecture"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["listener_link.id"],
            name=op.f(f"fk_{name}_link_id_listener_link"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["user.id"], name=op.f(f"fk_{name}_added_by_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("link_id", "device_key", name=op.f(f"uq_{name}_link_id_device_key")),
    )
    op.create_index(op.f(f"ix_{name}_added_by"), name, ["added_by"])
    op.create_index(f"ix_{name}_lecture_id", name, ["lecture_id", "id"])


def downgrade() -> None:
    op.drop_table("attendance_entry")
