"""Feeds have names, further kinds and variants; events are kept in each language."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
# The first language of every installation so far has been this one unless LANGUAGES said
# otherwise; an hourly job writes texts anew that are in another one than the first.
FIRST_LANGUAGE = "zh_Hans_CN"

ONE_OWNER = "ck_feed_one_owner"
OLD_OWNER = (
    "(view = 'instructor' AND instructor_id IS NOT NULL AND organisation_id IS NULL) OR "
    "(view = 'branch' AND organisation_id IS NOT NULL AND instructor_id IS NULL)"
)
NEW_OWNER = (
    "(instructor_id IS NOT NULL) = (view = 'instructor') AND "
    "(organisation_id IS NOT NULL) = (view = 'branch') AND "
    "(region_code IS NOT NULL) = (view IN ('region', 'field')) AND "
    "(field_id IS NOT NULL) = (view = 'field')"
)
OLD_KEY = "uq_rendered_event_lecture_id_view_owner_id"
NEW_KEY = "uq_rendered_event_lecture_id_view_owner_id_tentative"


def upgrade() -> None:
    # Added in place: SQLite would delete the rows that refer to a table that is made anew.
    op.add_column(
        "user",
        sa.Column("calendar_invitations", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    _widen_feeds()
    with op.batch_alter_table("feed_revision") as table:
        table.add_column(sa.Column("requests", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("changed_at", INSTANT))
    _widen_events()
    op.create_table(
        "rendered_text",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["rendered_event.id"],
            name=op.f("fk_rendered_text_event_id_rendered_event"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "language", name=op.f("pk_rendered_text")),
    )


def _widen_feeds() -> None:
    with op.batch_alter_table("feed") as table:
        table.drop_constraint(op.f(ONE_OWNER), type_="check")
        table.add_column(sa.Column("region_code", sa.String(length=12)))
        table.add_column(sa.Column("field_id", sa.Integer()))
        table.add_column(sa.Column("name", sa.String(length=40), nullable=False, server_default=""))
        for name in ("busy_only", "tentative"):
            table.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        table.add_column(sa.Column("last_used_at", INSTANT))
        table.create_foreign_key(
            op.f("fk_feed_region_code_region"), "region", ["region_code"], ["code"]
        )
        table.create_foreign_key(op.f("fk_feed_field_id_field"), "field", ["field_id"], ["id"])
        table.create_index(op.f("ix_feed_region_code"), ["region_code"])
        table.create_index(op.f("ix_feed_field_id"), ["field_id"])
        table.create_index(op.f("ix_feed_user_id"), ["user_id"])
        table.create_check_constraint(op.f(ONE_OWNER), NEW_OWNER)


def _widen_events() -> None:
    with op.batch_alter_table("rendered_event") as table:
        table.add_column(sa.Column("ends_at", INSTANT))
        table.add_column(
            sa.Column("tentative", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(
            sa.Column(
                "language", sa.String(length=12), nullable=False, server_default=FIRST_LANGUAGE
            )
        )
    # Only standing lectures are busy time; the ends of cancelled ones are never read.
    op.execute(
        "UPDATE rendered_event SET ends_at = "
        "(SELECT ends_at FROM lecture WHERE lecture.id = rendered_event.lecture_id)"
    )
    with op.batch_alter_table("rendered_event") as table:
        table.alter_column("ends_at", existing_type=INSTANT, nullable=False)
        table.alter_column(
            "language",
            existing_type=sa.String(length=12),
            existing_nullable=False,
            server_default=None,
        )
        table.drop_constraint(op.f(OLD_KEY), type_="unique")
        table.create_unique_constraint(
            op.f(NEW_KEY), ["lecture_id", "view", "owner_id", "tentative"]
        )
        table.create_index("ix_rendered_event_all", ["view", "starts_at"])


def downgrade() -> None:
    op.drop_table("rendered_text")
    op.execute("DELETE FROM rendered_event WHERE tentative")
    with op.batch_alter_table("rendered_event") as table:
        table.drop_index("ix_rendered_event_all")
        table.drop_constraint(op.f(NEW_KEY), type_="unique")
        table.create_unique_constraint(op.f(OLD_KEY), ["lecture_id", "view", "owner_id"])
        for name in ("language", "tentative", "ends_at"):
            table.drop_column(name)
    with op.batch_alter_table("feed_revision") as table:
        table.drop_column("changed_at")
        table.drop_column("requests")
    # Earlier releases know neither these kinds nor that an address shows times only.
    op.execute("DELETE FROM feed WHERE view NOT IN ('instructor', 'branch') OR busy_only")
    with op.batch_alter_table("feed") as table:
        table.drop_constraint(op.f(ONE_OWNER), type_="check")
        for name in ("user_id", "field_id", "region_code"):
            table.drop_index(op.f(f"ix_feed_{name}"))
        table.drop_constraint(op.f("fk_feed_field_id_field"), type_="foreignkey")
        table.drop_constraint(op.f("fk_feed_region_code_region"), type_="foreignkey")
        for name in ("last_used_at", "tentative", "busy_only", "name", "field_id", "region_code"):
            table.drop_column(name)
        table.create_check_constraint(op.f(ONE_OWNER), OLD_OWNER)
    op.drop_column("user", "calendar_invitations")
