"""Availability rules: validity and alternating weeks, terms, caps, places of holds."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RULES: dict[str, str | sa.ColumnElement[bool]] = {
    "shortest_minutes": "15",
    "longest_minutes": "480",
    "closed_on_holidays": sa.true(),
    "makeup": "own",
}
CAPS = ("cap_day", "cap_week", "cap_month", "cap_year", "cap_branch_quarter")


def upgrade() -> None:
    op.add_column("weekly_block", sa.Column("valid_from", sa.Date()))
    op.add_column("weekly_block", sa.Column("valid_to", sa.Date()))
    op.add_column(
        "weekly_block", sa.Column("every_weeks", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column("weekly_block", sa.Column("week_of", sa.Date()))
    for name in ("shortest_minutes", "longest_minutes"):
        op.add_column(
            "booking_rule",
            sa.Column(name, sa.Integer(), nullable=False, server_default=RULES[name]),
        )
    op.add_column(
        "booking_rule",
        sa.Column("closed_on_holidays", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.add_column(
        "booking_rule",
        sa.Column("makeup", sa.String(length=20), nullable=False, server_default="own"),
    )
    op.add_column("booking_rule", sa.Column("makeup_weekday", sa.Integer()))
    for name in CAPS:
        op.add_column("booking_rule", sa.Column(name, sa.Integer()))
    op.add_column("topic", sa.Column("valid_from", sa.Date()))
    op.add_column("topic", sa.Column("valid_to", sa.Date()))
    _spans("term", sa.Column("certificate", sa.String(length=60), nullable=False), last=False)
    _spans("suspension", sa.Column("reason", sa.String(length=200), nullable=False), last=True)
    # No foreign keys: SQLite could not drop them, and a hold is deleted with its lecture.
    op.add_column("hold", sa.Column("region_code", sa.String(length=12)))
    op.add_column(
        "hold", sa.Column("place", sa.String(length=200), nullable=False, server_default="")
    )
    op.add_column("hold", sa.Column("organisation_id", sa.Integer()))
    op.execute(
        "UPDATE hold SET place = lecture.place, organisation_id = lecture.organisation_id, "
        "region_code = CASE WHEN lecture.format = 'online' THEN NULL ELSE lecture.region_code END "
        "FROM lecture WHERE lecture.id = hold.lecture_id"
    )


def _spans(table: str, more: sa.Column[str], *, last: bool) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=last),
        more,
        sa.CheckConstraint("first <= last", name=op.f(f"ck_{table}_days_in_order")),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f(f"fk_{table}_instructor_id_instructor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_instructor_id", table, ["instructor_id"])


def downgrade() -> None:
    for name in ("region_code", "place", "organisation_id"):
        op.drop_column("hold", name)
    op.drop_table("suspension")
    op.drop_table("term")
    for name in ("valid_from", "valid_to"):
        op.drop_column("topic", name)
    for name in (*CAPS, "makeup_weekday", *RULES):
        op.drop_column("booking_rule", name)
    for name in ("week_of", "every_weeks", "valid_to", "valid_from"):
        op.drop_column("weekly_block", name)
