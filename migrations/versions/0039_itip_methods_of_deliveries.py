"""Deliveries name the iTIP method of their calendar part."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("itip_method", sa.String(length=10)))


def downgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.drop_column("itip_method")
