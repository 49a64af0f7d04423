"""Knowledge tests: banks of questions, tests of lectures, answers of devices."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _key(name: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))


def _to(name: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}_{table}"), ondelete="CASCADE"
    )


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    _bank()
    _tests()
    _answers()


def _bank() -> None:
    name = "topic_question"
    op.create_table(
        name,
        _number("id"),
        _number("topic_id"),
        _number("position"),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        _number("right"),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("replaced", sa.Boolean(), nullable=False),
        sa.Column("retired_at", INSTANT),
        _to(name, "topic_id", "topic"),
        _key(name),
    )
    op.create_index("ix_topic_question_topic", name, ["topic_id", "position"])


def _tests() -> None:
    name = "knowledge_test"
    op.create_table(
        name,
        *(_number(one) for one in ("id", "lecture_id", "before_count", "after_count")),
        _number("both_count"),
        _to(name, "lecture_id", "lecture"),
        _key(name),
        sa.UniqueConstraint("lecture_id", name=op.f(f"uq_{name}_lecture_id")),
    )
    name = "asked_question"
    op.create_table(
        name,
        *(_number(one) for one in ("id", "test_id", "question_id", "position")),
        *(_number(one) for one in ("before_right", "after_right")),
        _to(name, "test_id", "knowledge_test"),
        _to(name, "question_id", "topic_question"),
        _key(name),
        sa.UniqueConstraint("test_id", "question_id", name=op.f(f"uq_{name}_test_id_question_id")),
    )
    op.create_index(op.f("ix_asked_question_question_id"), name, ["question_id"])


def _answers() -> None:
    name = "given_answer"
    op.create_table(
        name,
        *(_number(one) for one in ("id", "test_id", "link_id")),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("device_key", sa.String(length=64), nullable=False),
        sa.Column("pair_key", sa.String(length=64), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        _to(name, "test_id", "knowledge_test"),
        _to(name, "link_id", "listener_link"),
        _key(name),
        sa.UniqueConstraint("link_id", "device_key", name=op.f(f"uq_{name}_link_id_device_key")),
        sa.UniqueConstraint(
            "test_id", "purpose", "pair_key", name=op.f(f"uq_{name}_test_id_purpose_pair_key")
        ),
    )
    op.create_index(op.f("ix_given_answer_answered_at"), name, ["answered_at"])


def downgrade() -> None:
    for name in ("given_answer", "asked_question", "knowledge_test", "topic_question"):
        op.drop_table(name)
