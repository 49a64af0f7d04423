"""Unique keys of previews, import reports, English field names in the search text."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MAX_TEXT = 20_000
"""Maximum characters of a search text (`instructors.terms`)."""

FIELDS = """
SELECT w.instructor_id, f.name_en, above.name_en
FROM instructor_field w
JOIN field f ON f.id = w.field_id
LEFT JOIN field above ON above.id = f.parent_id
WHERE f.name_en IS NOT NULL OR above.name_en IS NOT NULL
ORDER BY w.instructor_id, f.id
"""


def upgrade() -> None:
    # Open preview pages link to their draft by id, which is no longer valid.
    op.execute("DELETE FROM import_draft")
    with op.batch_alter_table("import_draft") as table:
        table.add_column(sa.Column("key", sa.String(43), nullable=False))
        table.create_unique_constraint(op.f("uq_import_draft_key"), ["key"])
    op.create_table(
        "import_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(43), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_import_report_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_report")),
        sa.UniqueConstraint("key", name=op.f("uq_import_report_key")),
    )
    op.create_index(op.f("ix_import_report_user_id"), "import_report", ["user_id"])
    _search_english_fields()


def downgrade() -> None:
    # English words stay in the search texts: harmless, and gone when the entry is next saved.
    op.drop_table("import_report")
    with op.batch_alter_table("import_draft") as table:
        table.drop_constraint(op.f("uq_import_draft_key"), type_="unique")
        table.drop_column("key")


def _search_english_fields() -> None:
    connection = op.get_bind()
    named: dict[int, list[str]] = {}
    for owner, *both in connection.execute(sa.text(FIELDS)):
        named.setdefault(owner, []).extend(name for name in both if name)
    rows = connection.execute(sa.text("SELECT id, search_text FROM instructor"))
    texts: dict[int, str] = dict(rows.all())
    found = [
        {"owner": owner, "words": f"{texts[owner]} {_normalised(names)}"[:MAX_TEXT]}
        for owner, names in named.items()
    ]
    if found:
        connection.execute(
            sa.text("UPDATE instructor SET search_text = :words WHERE id = :owner"), found
        )


def _normalised(names: list[str]) -> str:
    """The names normalised as in search texts, as far as names of fields need it."""
    text = " ".join(dict.fromkeys(names))
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
