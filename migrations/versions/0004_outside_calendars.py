"""External calendars and their busy times."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "outside_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("all_day_busy", sa.Boolean(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("last_tried_at", instant),
        sa.Column("last_good_at", instant),
        sa.Column("read_at", instant),
        sa.Column("known_until", instant),
        sa.Column("next_try_at", instant),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", instant),
        sa.Column("trouble", sa.String(length=20)),
        sa.Column("etag", sa.String(length=255)),
        sa.Column("last_modified", sa.String(length=64)),
        sa.CheckConstraint(
            "(kind = 'address') = (address IS NOT NULL)",
            name=op.f("ck_outside_calendar_address_of_its_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_outside_calendar_instructor_id_instructor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_calendar")),
    )
    op.create_index("ix_outside_calendar_instructor_id", "outside_calendar", ["instructor_id"])
    op.create_index("ix_outside_calendar_next_try_at", "outside_calendar", ["next_try_at"])
    op.create_table(
        "busy_span",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", instant, nullable=False),
        sa.Column("ends_at", instant, nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_busy_span_times_in_order")),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["outside_calendar.id"],
            name=op.f("fk_busy_span_calendar_id_outside_calendar"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_span")),
    )
    op.create_index("ix_busy_span_calendar", "busy_span", ["calendar_id", "starts_at", "ends_at"])


def downgrade() -> None:
    op.drop_table("busy_span")
    op.drop_table("outside_calendar")
