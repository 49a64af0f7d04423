"""The whole life of a lecture: review, proposals, records, late cancellation, facts in history.

On the way down, states that the older code does not know become the nearest that it knows, the
history of proposals and of undo goes, and with it the times that open proposals held.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

OLDER = {
    "submitted": "requested",
    "returned": "requested",
    "rejected": "declined",
    "not_held": "cancelled",
}
"""The nearest state that the older code knows."""

NEW_COMMANDS = (
    "approve",
    "return",
    "reject",
    "resubmit",
    "not_held",
    "record",
    "propose",
    "agree",
    "refuse",
    "retract",
    "lapse",
    "move",
    "replace",
    "undo",
)


TRIGGERS = sa.text(
    "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ex_hold_no_overlap%'"
)


@contextmanager
def _hold_table() -> Iterator[BatchOperations]:
    """Change the table of holds. SQLite makes it anew, so its triggers are made anew, too."""
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    triggers = connection.scalars(TRIGGERS).all() if sqlite else []
    with op.batch_alter_table("hold") as table_op:
        yield table_op
    for trigger in triggers:
        op.execute(trigger)


def upgrade() -> None:
    for table in ("organisation", "region"):
        op.add_column(
            table, sa.Column("reviews", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("lecture", sa.Column("reminded_at", INSTANT))
    op.add_column(
        "lecture",
        sa.Column("cancelled_late", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("lecture_history", sa.Column("facts", sa.JSON()))
    _create_proposals()
    _create_records()
    with _hold_table() as table_op:
        table_op.add_column(sa.Column("option_id", sa.Integer()))
        table_op.create_foreign_key(
            op.f("fk_hold_option_id_proposal_option"),
            "proposal_option",
            ["option_id"],
            ["id"],
            ondelete="CASCADE",
        )
    op.create_index(op.f("ix_hold_option_id"), "hold", ["option_id"])
    with op.batch_alter_table("rendered_event") as table_op:
        table_op.drop_constraint(op.f("uq_rendered_event_lecture_id_view"), type_="unique")
        table_op.create_unique_constraint(
            op.f("uq_rendered_event_lecture_id_view_owner_id"), ["lecture_id", "view", "owner_id"]
        )


def _create_proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("party", sa.String(20), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("branch_agreed_at", INSTANT),
        sa.Column("instructor_agreed_at", INSTANT),
        sa.Column("reviewed_at", INSTANT),
        sa.Column("chosen_option_id", sa.Integer()),
        sa.Column("reply_due_at", INSTANT, nullable=False),
        sa.Column("reminded_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.ForeignKeyConstraint(
            ["lecture_id"],
            ["lecture.id"],
            name=op.f("fk_proposal_lecture_id_lecture"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_proposal_user_id_user"), ondelete="SET NULL"
        ),
    )
    op.create_index(op.f("ix_proposal_lecture_id"), "proposal", ["lecture_id"])
    op.create_index("ix_proposal_due", "proposal", ["state", "reply_due_at"])
    op.create_index(
        "uq_proposal_open",
        "proposal",
        ["lecture_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "proposal_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer()),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("region_code", sa.String(12), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("format", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_option")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_option_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_proposal_option_instructor_id_instructor"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["topic.id"],
            name=op.f("fk_proposal_option_topic_id_topic"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_proposal_option_region_code_region")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_proposal_option_times_in_order")),
    )
    op.create_index(op.f("ix_proposal_option_proposal_id"), "proposal_option", ["proposal_id"])


def _create_records() -> None:
    op.create_table(
        "lecture_record",
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("listeners", sa.Integer()),
        sa.Column("credit_hours", sa.Numeric(4, 1)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("party", sa.String(20), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("actor_name", sa.String(60), nullable=False),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("lecture_id", name=op.f("pk_lecture_record")),
        sa.ForeignKeyConstraint(
            ["lecture_id"],
            ["lecture.id"],
            name=op.f("fk_lecture_record_lecture_id_lecture"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_lecture_record_user_id_user"),
            ondelete="SET NULL",
        ),
        sa.CheckConstraint("started_at < ended_at", name=op.f("ck_lecture_record_times_in_order")),
    )


def downgrade() -> None:
    _forget_new_states()
    # Where an instructor was replaced, the older code knows the present one only.
    op.execute(
        "DELETE FROM rendered_event WHERE view = 'instructor' AND owner_id <> "
        "(SELECT instructor_id FROM lecture WHERE lecture.id = rendered_event.lecture_id)"
    )
    with op.batch_alter_table("rendered_event") as table_op:
        table_op.drop_constraint(op.f("uq_rendered_event_lecture_id_view_owner_id"), type_="unique")
        table_op.create_unique_constraint(
            op.f("uq_rendered_event_lecture_id_view"), ["lecture_id", "view"]
        )
    op.drop_index(op.f("ix_hold_option_id"), "hold")
    with _hold_table() as table_op:
        table_op.drop_constraint(op.f("fk_hold_option_id_proposal_option"), type_="foreignkey")
        table_op.drop_column("option_id")
    op.drop_table("lecture_record")
    op.drop_table("proposal_option")
    op.drop_table("proposal")
    op.drop_column("lecture_history", "facts")
    op.drop_column("lecture", "cancelled_late")
    op.drop_column("lecture", "reminded_at")
    for table in ("region", "organisation"):
        op.drop_column(table, "reviews")


def _forget_new_states() -> None:
    connection = op.get_bind()
    connection.execute(sa.text("DELETE FROM hold WHERE option_id IS NOT NULL"))
    history = sa.table("lecture_history", sa.column("command", sa.String))
    connection.execute(sa.delete(history).where(history.c.command.in_(NEW_COMMANDS)))
    for column in ("lecture.state", "lecture_history.source", "lecture_history.target"):
        table, name = column.split(".")
        for new, old in OLDER.items():
            connection.execute(
                # Fixed names of this file.
                sa.text(f"UPDATE {table} SET {name} = :old WHERE {name} = :new"),
                {"old": old, "new": new},
            )
