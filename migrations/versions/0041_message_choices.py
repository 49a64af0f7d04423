"""Choices of how people are told, sent reminders and digests."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def _user() -> sa.Column[int]:
    return sa.Column("user_id", sa.Integer(), nullable=False)


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_user_id_user")
    return sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "message_choice",
        _user(),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mail", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("robot", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "mail IN ('invitation', 'mail', 'none')", name=op.f("ck_message_choice_mail_or_none")
        ),
        sa.CheckConstraint(
            "mail <> 'none' OR kind NOT IN ('answer', 'account')",
            name=op.f("ck_message_choice_necessary_is_told"),
        ),
        _of_user("message_choice"),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_message_choice")),
    )
    op.create_table(
        "message_preference",
        _user(),
        sa.Column("remind_week", sa.Boolean(), nullable=False),
        sa.Column("remind_day", sa.Boolean(), nullable=False),
        sa.Column("remind_hours", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Integer()),
        sa.Column("quiet_until", sa.Integer()),
        sa.Column("digest", sa.String(length=20), nullable=False),
        sa.Column("digest_minute", sa.Integer(), nullable=False),
        sa.Column("tentative", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(quiet_from IS NULL AND quiet_until IS NULL) OR quiet_from <> quiet_until",
            name=op.f("ck_message_preference_quiet_hours"),
        ),
        _of_user("message_preference"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_message_preference")),
    )
    op.create_table(
        "lecture_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        _user(),
        sa.Column("offset", sa.String(length=20), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["lecture_id"],
            ["lecture.id"],
            name=op.f("fk_lecture_reminder_lecture_id_lecture"),
            ondelete="CASCADE",
        ),
        _of_user("lecture_reminder"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecture_reminder")),
        sa.UniqueConstraint(
            "lecture_id",
            "user_id",
            "offset",
            "starts_at",
            name=op.f("uq_lecture_reminder_lecture_id_user_id_offset_starts_at"),
        ),
    )
    op.create_index(op.f("ix_lecture_reminder_user_id"), "lecture_reminder", ["user_id"])
    op.create_index(op.f("ix_lecture_reminder_starts_at"), "lecture_reminder", ["starts_at"])
    op.create_table(
        "digest_day",
        _user(),
        sa.Column("day", sa.Date(), nullable=False),
        _of_user("digest_day"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_digest_day")),
    )


def downgrade() -> None:
    for table in ("digest_day", "lecture_reminder", "message_preference", "message_choice"):
        op.drop_table(table)
