"""Season plans: a plan with its progress, and one row for each of its orders."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _plans()
    _rows()


def _plans() -> None:
    op.create_table(
        "season_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("failure", sa.String(length=20)),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("greedy_met", sa.Integer(), nullable=False),
        sa.Column("greedy_minutes", sa.Integer(), nullable=False),
        sa.Column("reachable", sa.Integer(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("optimal", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.CheckConstraint("first <= last", name=op.f("ck_season_plan_days_in_order")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_season_plan_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_plan")),
    )
    op.create_index("ix_season_plan_user", "season_plan", ["user_id", "id"])
    op.create_index("ix_season_plan_state", "season_plan", ["state"])


def _rows() -> None:
    name = "season_plan_row"
    foreign = (
        ("plan_id", "season_plan", "CASCADE"),
        ("order_id", "branch_order", "CASCADE"),
        ("instructor_id", "instructor", "SET NULL"),
        ("topic_id", "topic", "SET NULL"),
    )
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("instructor_id", sa.Integer()),
        sa.Column("topic_id", sa.Integer()),
        sa.Column("starts_at", INSTANT),
        sa.Column("ends_at", INSTANT),
        sa.Column("travel_minutes", sa.Integer()),
        sa.Column("reason", sa.String(length=20)),
        sa.Column("closed_by", sa.String(length=20)),
        sa.Column("helps", sa.JSON()),
        sa.Column("refusal", sa.Text(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{target}.id"],
                name=op.f(f"fk_{name}_{column}_{target}"),
                ondelete=ondelete,
            )
            for column, target, ondelete in foreign
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("plan_id", "order_id", name=op.f(f"uq_{name}_plan_id_order_id")),
    )
    for column in ("order_id", "instructor_id", "topic_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def downgrade() -> None:
    op.drop_table("season_plan_row")
    op.drop_table("season_plan")
