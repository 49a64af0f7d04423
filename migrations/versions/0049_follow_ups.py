"""Effect later: outcomes to choose from, questions with their answers, documents."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

OUTCOMES = (
    ("修订了制度或流程", "A procedure was changed", False),
    ("组织了演练或实操", "A drill or practice was held", False),
    ("解决了一个实际问题", "A problem was solved", False),
    ("开展了再培训", "Staff were trained further", False),
    ("添置或更换了设备、物资", "Equipment or supplies were bought", False),
    ("暂时还没有变化", "Nothing yet", True),
)
"""What an installation begins with; its administrators change it on a page."""


def _outcomes() -> None:
    name = "follow_up_outcome"
    table = op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("unchanged", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("name", name=op.f(f"uq_{name}_name")),
    )
    op.bulk_insert(
        table,
        [
            {"name": name, "name_en": name_en, "unchanged": unchanged, "position": position}
            for position, (name, name_en, unchanged) in enumerate(OUTCOMES, 1)
        ],
    )


def _questions() -> None:
    name = "follow_up"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("reminded_at", INSTANT),
        sa.Column("answered_at", INSTANT),
        sa.Column("answered_by", sa.Integer()),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("asked_at < closes_at", name=op.f(f"ck_{name}_times_in_order")),
        sa.ForeignKeyConstraint(
            ["lecture_id"],
            ["lecture.id"],
            name=op.f(f"fk_{name}_lecture_id_lecture"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["user.id"],
            name=op.f(f"fk_{name}_answered_by_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("lecture_id", "stage", name=op.f(f"uq_{name}_lecture_id_stage")),
    )
    op.create_index(op.f(f"ix_{name}_answered_by"), name, ["answered_by"])
    op.create_index(f"ix_{name}_closes_at", name, ["closes_at"])


def _choices() -> None:
    name = "follow_up_choice"
    op.create_table(
        name,
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_up.id"],
            name=op.f(f"fk_{name}_follow_up_id_follow_up"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["follow_up_outcome.id"],
            name=op.f(f"fk_{name}_outcome_id_follow_up_outcome"),
        ),
        sa.PrimaryKeyConstraint("follow_up_id", "outcome_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_outcome_id"), name, ["outcome_id"])


def _documents() -> None:
    name = "follow_up_document"
    op.create_table(
        name,
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", INSTANT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f(f"ck_{name}_not_empty")),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_up.id"],
            name=op.f(f"fk_{name}_follow_up_id_follow_up"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("follow_up_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_stored_at"), name, ["stored_at"])


def upgrade() -> None:
    _outcomes()
    _questions()
    _choices()
    _documents()


def downgrade() -> None:
    for name in ("follow_up_document", "follow_up_choice", "follow_up", "follow_up_outcome"):
        op.drop_table(name)
