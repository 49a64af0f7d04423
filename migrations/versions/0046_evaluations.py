"""Evaluations by branches and listeners, with the first set of questions."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SCALE = "content BETWEEN 1 AND 5 AND method BETWEEN 1 AND 5 AND usefulness BETWEEN 1 AND 5"
QUESTIONS = [
    {"key": "content", "zh": "授课内容怎么样？", "en": "How was the content?"},
    {"key": "method", "zh": "讲解方式怎么样？", "en": "How was it presented?"},
    {"key": "usefulness", "zh": "对实际工作有没有帮助？", "en": "How useful is it for your work?"},
]


def upgrade() -> None:
    sets = op.create_table(
        "evaluation_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_set")),
    )
    op.bulk_insert(sets, [{"questions": QUESTIONS, "began_at": datetime(2026, 12, 1, tzinfo=UTC)}])
    _of_branches("branch_evaluation")
    _of_listeners("listener_evaluation")
    name = "evaluation_reminder"
    op.create_table(
        name,
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        _lecture(name),
        sa.PrimaryKeyConstraint("lecture_id", name=op.f(f"pk_{name}")),
    )
    name = "evaluation_consent"
    op.create_table(
        name,
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f(f"fk_{name}_instructor_id_instructor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instructor_id", name=op.f(f"pk_{name}")),
    )


def _of_branches(name: str) -> None:
    op.create_table(
        name,
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        *_answers(),
        sa.Column("further", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.CheckConstraint(SCALE, name=op.f(f"ck_{name}_on_the_scale")),
        _lecture(name),
        _set(name),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f(f"fk_{name}_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("lecture_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_set_id"), name, ["set_id"])
    op.create_index(op.f(f"ix_{name}_user_id"), name, ["user_id"])


def _of_listeners(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lecture_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("device_key", sa.String(length=64), nullable=False),
        *_answers(),
        sa.CheckConstraint(SCALE, name=op.f(f"ck_{name}_on_the_scale")),
        _lecture(name),
        _set(name),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["listener_link.id"],
            name=op.f(f"fk_{name}_link_id_listener_link"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("link_id", "device_key", name=op.f(f"uq_{name}_link_id_device_key")),
    )
    op.create_index(op.f(f"ix_{name}_lecture_id"), name, ["lecture_id"])
    op.create_index(op.f(f"ix_{name}_set_id"), name, ["set_id"])


def _answers() -> list[sa.Column[Any]]:
    return [
        sa.Column("set_id", sa.Integer(), nullable=False),
        *(
            sa.Column(one, sa.Integer(), nullable=False)
            for one in ("content", "method", "usefulness")
        ),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    ]


def _lecture(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["lecture_id"],
        ["lecture.id"],
        name=op.f(f"fk_{name}_lecture_id_lecture"),
        ondelete="CASCADE",
    )


def _set(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["set_id"], ["evaluation_set.id"], name=op.f(f"fk_{name}_set_id_evaluation_set")
    )


def downgrade() -> None:
    for name in (
        "evaluation_consent",
        "evaluation_reminder",
        "listener_evaluation",
        "branch_evaluation",
        "evaluation_set",
    ):
        op.drop_table(name)
    op.execute("DELETE FROM outbox_event WHERE kind = 'evaluation.due'")
    op.execute("DELETE FROM message_choice WHERE kind = 'evaluation'")
    op.execute("UPDATE delivery SET kind = NULL WHERE kind = 'evaluation'")
