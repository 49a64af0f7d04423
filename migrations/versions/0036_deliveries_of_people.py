"""Deliveries name their account, channel, kind and Message-ID."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("user_id", sa.Integer()))
        table.add_column(
            sa.Column("channel", sa.String(length=10), nullable=False, server_default="mail")
        )
        table.add_column(sa.Column("kind", sa.String(length=20)))
        table.add_column(sa.Column("message_id", sa.String(length=255)))
        table.create_foreign_key(
            op.f("fk_delivery_user_id_user"), "user", ["user_id"], ["id"], ondelete="SET NULL"
        )
        table.create_index(op.f("ix_delivery_user_id"), ["user_id"])
        table.create_index("ix_delivery_message_id", ["message_id"])


def downgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.drop_index("ix_delivery_message_id")
        table.drop_index(op.f("ix_delivery_user_id"))
        table.drop_constraint(op.f("fk_delivery_user_id_user"), type_="foreignkey")
        for name in ("message_id", "kind", "channel", "user_id"):
            table.drop_column(name)
