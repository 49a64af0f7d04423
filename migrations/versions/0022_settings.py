"""Settings that are changed on pages, the link of the first start, and the versions of texts."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "setup_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_setup_link_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_link")),
    )
    op.create_table(
        "text_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_version")),
    )
    op.create_index(
        op.f("ix_text_version_page_language_id"), "text_version", ["page", "language", "id"]
    )
    _note_administrators()


def _note_administrators() -> None:
    """An installation that has an administrator has made its first start."""
    connection = op.get_bind()
    membership = sa.table("membership", sa.column("role"), sa.column("created_at", INSTANT))
    first = connection.scalar(
        sa.select(sa.func.min(membership.c.created_at)).where(membership.c.role == "admin")
    )
    if first is None:
        return
    setting = sa.table(
        "setting",
        sa.column("key"),
        sa.column("value", sa.JSON),
        sa.column("changed_at", INSTANT),
        sa.column("changed_by"),
    )
    connection.execute(
        sa.insert(setting).values(
            key="set_up_at", value=first.isoformat(), changed_at=first, changed_by="system"
        )
    )


def downgrade() -> None:
    op.drop_table("text_version")
    op.drop_table("setup_link")
    op.drop_table("setting")
