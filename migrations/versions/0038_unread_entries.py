"""Entries of external calendars that could not be read, and their unknown days."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


# Without batch mode: it would rebuild the tables, and busy times go with the row of their calendar.
def upgrade() -> None:
    name = "outside_calendar"
    op.add_column(name, sa.Column("unread", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(name, sa.Column("unread_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(name, sa.Column("settled", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(
        "busy_span",
        sa.Column("unknown", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    # A time without the column would be taken for one that is known to be busy.
    op.execute(sa.text("DELETE FROM busy_span WHERE unknown"))
    op.drop_column("busy_span", "unknown")
    for column in ("settled", "unread_count", "unread"):
        op.drop_column("outside_calendar", column)
