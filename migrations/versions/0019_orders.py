"""Orders with windows, offers, claims and history; the limit of orders per quarter."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("organisation", sa.Column("quarter_limit", sa.Integer()))
    _orders()
    _windows()
    _offers()
    _claims()
    _history()


def _foreign(table: str, column: str, target: str, ondelete: str | None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.{'code' if target == 'region' else 'id'}"],
        name=op.f(f"fk_{table}_{column}_{target}"),
        ondelete=ondelete,
    )


def _indexes(table: str, columns: Sequence[str]) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _orders() -> None:
    name = "branch_order"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.Integer()),
        sa.Column("wish", sa.String(length=100), nullable=False),
        sa.Column("topic_id", sa.Integer()),
        sa.Column("field_id", sa.Integer()),
        sa.Column("audience", sa.String(length=20)),
        sa.Column("format", sa.String(length=20)),
        sa.Column("attendees", sa.Integer()),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("equipment", sa.String(length=200), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("accepts_another_time", sa.Boolean(), nullable=False),
        sa.Column("instructor_id", sa.Integer()),
        sa.Column("lecture_id", sa.Integer()),
        sa.Column("cancelled_lecture_id", sa.Integer()),
        sa.Column("merged_into_id", sa.Integer()),
        sa.Column("published_at", INSTANT),
        sa.Column("unmet", sa.String(length=20)),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "lecture_id IS NULL OR state IN ('offered', 'fulfilled')",
            name=op.f("ck_branch_order_lecture_while_live"),
        ),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_branch_order_not_into_itself")),
        _foreign(name, "organisation_id", "organisation", None),
        _foreign(name, "requested_by", "user", "SET NULL"),
        _foreign(name, "topic_id", "topic", "SET NULL"),
        _foreign(name, "field_id", "field", "SET NULL"),
        _foreign(name, "region_code", "region", None),
        _foreign(name, "instructor_id", "instructor", "SET NULL"),
        _foreign(name, "lecture_id", "lecture", None),
        _foreign(name, "cancelled_lecture_id", "lecture", "SET NULL"),
        _foreign(name, "merged_into_id", name, None),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch_order")),
        sa.UniqueConstraint("number", name=op.f("uq_branch_order_number")),
        sa.UniqueConstraint("lecture_id", name=op.f("uq_branch_order_lecture_id")),
        sa.UniqueConstraint(
            "cancelled_lecture_id", name=op.f("uq_branch_order_cancelled_lecture_id")
        ),
    )
    op.create_index("ix_branch_order_organisation", name, ["organisation_id", "created_at"])
    op.create_index("ix_branch_order_state", name, ["state", "expires_at"])
    _indexes(name, ("topic_id", "instructor_id", "merged_into_id"))
    op.create_table(
        "order_counter",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_order_counter")),
    )


def _windows() -> None:
    name = "order_window"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_order_window_times_in_order")),
        _foreign(name, "order_id", "branch_order", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_window")),
    )
    _indexes(name, ("order_id",))


def _offers() -> None:
    name = "order_offer"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer()),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("lecture_id", sa.Integer()),
        sa.Column("dispatched_by", sa.Integer()),
        sa.Column("at", INSTANT, nullable=False),
        _foreign(name, "order_id", "branch_order", "CASCADE"),
        _foreign(name, "instructor_id", "instructor", "CASCADE"),
        _foreign(name, "topic_id", "topic", "SET NULL"),
        _foreign(name, "lecture_id", "lecture", "SET NULL"),
        _foreign(name, "dispatched_by", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_offer")),
        sa.UniqueConstraint("lecture_id", name=op.f("uq_order_offer_lecture_id")),
    )
    _indexes(name, ("order_id", "instructor_id"))


def _claims() -> None:
    name = "order_claim"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer()),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        _foreign(name, "order_id", "branch_order", "CASCADE"),
        _foreign(name, "instructor_id", "instructor", "CASCADE"),
        _foreign(name, "topic_id", "topic", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_claim")),
        sa.UniqueConstraint(
            "order_id", "instructor_id", name=op.f("uq_order_claim_order_id_instructor_id")
        ),
    )
    _indexes(name, ("instructor_id",))


def _history() -> None:
    name = "order_history"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("party", sa.String(length=20), nullable=False),
        sa.Column("command", sa.String(length=20)),
        sa.Column("source", sa.String(length=20)),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _foreign(name, "order_id", "branch_order", "CASCADE"),
        _foreign(name, "user_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_history")),
    )
    _indexes(name, ("order_id",))


def downgrade() -> None:
    for name in ("order_history", "order_claim", "order_offer", "order_window", "order_counter"):
        op.drop_table(name)
    op.drop_table("branch_order")
    op.drop_column("organisation", "quarter_limit")
