"""Indexes for the directory's search; on SQLite a covering one for instructors."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_topic_active", "topic", ["instructor_id", "active", "id"])
    op.create_index("ix_topic_title", "topic", ["title"])
    if op.get_bind().dialect.name == "sqlite":
        op.create_index(
            "ix_instructor_search",
            "instructor",
            ["listed", "sort_key", "id", "search_text", "search_pinyin"],
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_instructor_search", "instructor")
    op.drop_index("ix_topic_title", "topic")
    op.drop_index("ix_topic_active", "topic")
