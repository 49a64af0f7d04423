"""Timetables beside the everyday week, changes for undo, half-days by region."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

VALIDITY = ("valid_from", "valid_to", "every_weeks", "week_of")
SAME = " AND ".join(
    f"(b.{name} = t.{name} OR (b.{name} IS NULL AND t.{name} IS NULL))" for name in VALIDITY
)


def upgrade() -> None:
    _timetables()
    # Blocks with a validity become timetables of their own, beside the everyday week.
    # Intervals of weeks other than 1 and 2 were never written.
    op.execute(
        "UPDATE weekly_block SET every_weeks = 1, week_of = NULL "
        "WHERE every_weeks <> 2 OR week_of IS NULL"
    )
    op.execute(
        "INSERT INTO timetable (instructor_id, title, valid_from, valid_to, every_weeks, week_of, "
        "replaces) SELECT DISTINCT instructor_id, '', valid_from, valid_to, every_weeks, week_of, "
        "false FROM weekly_block "
        "WHERE valid_from IS NOT NULL OR valid_to IS NOT NULL OR every_weeks = 2"
    )
    op.execute(
        "INSERT INTO timetable_block (timetable_id, weekday, start_minute, end_minute) "
        "SELECT t.id, b.weekday, b.start_minute, b.end_minute FROM weekly_block b "
        f"JOIN timetable t ON t.instructor_id = b.instructor_id AND {SAME}"
    )
    op.execute(
        "DELETE FROM weekly_block "
        "WHERE valid_from IS NOT NULL OR valid_to IS NOT NULL OR every_weeks = 2"
    )
    for name in VALIDITY:
        op.drop_column("weekly_block", name)
    _changes()
    _slot_templates()


def _timetables() -> None:
    op.create_table(
        "timetable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("week_of", sa.Date()),
        sa.Column("replaces", sa.Boolean(), nullable=False),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_timetable_days_in_order")),
        sa.CheckConstraint(
            "every_weeks IN (1, 2) AND (every_weeks = 2) = (week_of IS NOT NULL)",
            name=op.f("ck_timetable_weeks_that_count"),
        ),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_timetable_instructor_id_instructor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable")),
    )
    op.create_index("ix_timetable_instructor_id", "timetable", ["instructor_id"])
    op.create_table(
        "timetable_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("timetable_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_timetable_block_weekday")),
        sa.CheckConstraint(
            "0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440",
            name=op.f("ck_timetable_block_minutes_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["timetable_id"],
            ["timetable.id"],
            name=op.f("fk_timetable_block_timetable_id_timetable"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable_block")),
    )
    op.create_index("ix_timetable_block_timetable_id", "timetable_block", ["timetable_id"])


def _changes() -> None:
    op.create_table(
        "schedule_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_schedule_change_instructor_id_instructor"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_schedule_change_user_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_change")),
    )
    op.create_index("ix_schedule_change_instructor_id", "schedule_change", ["instructor_id", "id"])


def _slot_templates() -> None:
    edges = [f"{part}_{end}" for part in ("morning", "afternoon", "evening") for end in _ENDS]
    op.create_table(
        "slot_template",
        sa.Column("region_code", sa.String(length=12), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in edges),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "0 <= morning_start AND morning_start < morning_end "
            "AND morning_end <= afternoon_start AND afternoon_start < afternoon_end "
            "AND afternoon_end <= evening_start AND evening_start < evening_end "
            "AND evening_end <= 1440",
            name=op.f("ck_slot_template_minutes_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["region_code"],
            ["region.code"],
            name=op.f("fk_slot_template_region_code_region"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("region_code", name=op.f("pk_slot_template")),
    )


_ENDS = ("start", "end")


def downgrade() -> None:
    op.drop_table("slot_template")
    op.drop_table("schedule_change")
    op.add_column("weekly_block", sa.Column("valid_from", sa.Date()))
    op.add_column("weekly_block", sa.Column("valid_to", sa.Date()))
    op.add_column(
        "weekly_block", sa.Column("every_weeks", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column("weekly_block", sa.Column("week_of", sa.Date()))
    # Lossy: titles are dropped, and a timetable that replaced the everyday week now adds to it.
    op.execute(
        "INSERT INTO weekly_block (instructor_id, weekday, start_minute, end_minute, valid_from, "
        "valid_to, every_weeks, week_of) SELECT t.instructor_id, b.weekday, b.start_minute, "
        "b.end_minute, t.valid_from, t.valid_to, t.every_weeks, t.week_of "
        "FROM timetable_block b JOIN timetable t ON t.id = b.timetable_id"
    )
    op.drop_table("timetable_block")
    op.drop_table("timetable")
