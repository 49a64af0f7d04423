"""Consents replace the column of contacts that said who sees them; entries can be public or not.

No contact was ever shown by that column, and nobody had agreed to what it said: it goes, and all
contacts are hidden until their people agree. On the way down consents to publish an entry go,
because the older code knows consents to contacts only.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

KEYS = ["listed", "sort_key", "id", "audience_bits", "format_bits", "search_codes"]
# The widest first: among indexes it considers equally wide SQLite uses the one created last.
COVERING = {
    "ix_instructor_search": ["search_text", "search_pinyin"],
    "ix_instructor_words": ["search_text"],
    "ix_instructor_codes": [],
}


def upgrade() -> None:
    _drop_indexes()
    op.add_column(
        "instructor",
        sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _create_indexes(["public"])
    with op.batch_alter_table("contact") as batch:
        batch.drop_column("visibility")
    with op.batch_alter_table("consent") as batch:
        batch.alter_column("channel", existing_type=sa.String(length=20), nullable=True)
    name = "consent_answer"
    op.create_table(
        name,
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f(f"fk_{name}_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "text_version", name=op.f(f"pk_{name}")),
    )


def downgrade() -> None:
    op.drop_table("consent_answer")
    op.execute("DELETE FROM consent WHERE channel IS NULL")
    with op.batch_alter_table("consent") as batch:
        batch.alter_column("channel", existing_type=sa.String(length=20), nullable=False)
    with op.batch_alter_table("contact") as batch:
        batch.add_column(
            sa.Column("visibility", sa.String(length=20), nullable=False, server_default="hidden")
        )
    with op.batch_alter_table("contact") as batch:
        batch.alter_column("visibility", existing_type=sa.String(length=20), server_default=None)
    _drop_indexes()
    op.drop_column("instructor", "public")
    _create_indexes([])


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _drop_indexes() -> None:
    for name in COVERING if _is_sqlite() else ("ix_instructor_listing",):
        op.drop_index(name, "instructor")


def _create_indexes(new: list[str]) -> None:
    if _is_sqlite():
        for name, texts in COVERING.items():
            op.create_index(name, "instructor", [*KEYS[:5], *new, *KEYS[5:], *texts])
        return
    op.create_index(
        "ix_instructor_listing",
        "instructor",
        ["listed", "sort_key", "id"],
        postgresql_include=["audience_bits", "format_bits", *new],
    )
