"""Full-text index for words on PostgreSQL; audiences and formats as bit masks of topics."""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXTS = ["listed", "sort_key", "id", "search_text", "search_pinyin"]
BITS = ["audience_bits", "format_bits"]
ALL_BITS = -1
CODES = {
    "audience": "cadres members new_staff students villagers community enterprise".split(),
    "format": "lecture seminar case on_site simulation online".split(),
}
"""The index of a code is its bit position."""

# A pinyin token is truncated at the length of query words (`names.MAX_WORD_LENGTH`).
SEARCH_TERMS = r"""
CREATE FUNCTION search_terms(words text, pinyin text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
SELECT array_to_tsvector(ARRAY(
    SELECT term FROM (
        SELECT unnest(ARRAY[one, one || lead(one) OVER (ORDER BY place)])
        FROM unnest(string_to_array(words, NULL)) WITH ORDINALITY AS each(one, place)
        UNION ALL
        SELECT '^' || left(token, 50) FROM unnest(string_to_array(pinyin, ' ')) AS each(token)
        WHERE token <> ''
    ) AS found(term)
    WHERE term IS NOT NULL
))
$$
"""


def upgrade() -> None:
    _add_bits("topic", ["audiences", "formats"])
    _add_bits("instructor", BITS)
    _fold()
    op.drop_table("topic_trait")
    if op.get_bind().dialect.name == "sqlite":
        _index_texts([*TEXTS, *BITS])
        op.create_index("ix_instructor_words", "instructor", [*TEXTS[:-1], *BITS])
        return
    _listing(BITS)
    op.execute(SEARCH_TERMS)
    op.execute(
        "CREATE INDEX ix_instructor_terms ON instructor "
        "USING gin (search_terms(search_text, search_pinyin))"
    )
    # No statistics: no plan depends on term frequencies, and ANALYZE takes many seconds for them.
    op.execute("ALTER INDEX ix_instructor_terms ALTER COLUMN 1 SET STATISTICS 0")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_instructor_words", "instructor")
        _index_texts(TEXTS)
    else:
        _listing()
        op.drop_index("ix_instructor_terms", "instructor")
        op.execute("DROP FUNCTION search_terms(text, text)")
    _unfold()
    for table, names in (("instructor", BITS), ("topic", ["audiences", "formats"])):
        for name in names:
            op.drop_column(table, name)


def _add_bits(table: str, names: list[str]) -> None:
    for name in names:
        op.add_column(table, sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def _fold() -> None:
    """Turn trait rows into bits of their topic; an instructor has the bits of all active topics."""
    connection = op.get_bind()
    for kind, codes in CODES.items():
        values = [{"kind": kind, "code": code, "bit": 1 << n} for n, code in enumerate(codes)]
        connection.execute(
            sa.text(
                f"UPDATE topic SET {kind}s = {kind}s + :bit WHERE id IN "
                "(SELECT topic_id FROM topic_trait WHERE kind = :kind AND code = :code)"
            ),
            values,
        )
    found: dict[int, dict[str, int]] = defaultdict(lambda: {"audience": 0, "format": 0})
    rows = connection.execute(
        sa.text("SELECT instructor_id, audiences, formats FROM topic WHERE active")
    )
    for owner, audiences, formats in rows:
        # A topic without codes is for all: all bits, including those of future codes.
        found[owner]["audience"] |= audiences or ALL_BITS
        found[owner]["format"] |= formats or ALL_BITS
    if found:
        connection.execute(
            sa.text(
                "UPDATE instructor SET audience_bits = :audience, format_bits = :format "
                "WHERE id = :owner"
            ),
            [{"owner": owner, **bits} for owner, bits in found.items()],
        )


def _unfold() -> None:
    op.create_table(
        "topic_trait",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["topic.id"],
            name=op.f("fk_topic_trait_topic_id_topic"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("topic_id", "kind", "code", name=op.f("pk_topic_trait")),
    )
    op.create_index("ix_topic_trait_code", "topic_trait", ["code"])
    connection = op.get_bind()
    for kind, codes in CODES.items():
        connection.execute(
            sa.text(
                "INSERT INTO topic_trait (topic_id, kind, code) "
                f"SELECT id, :kind, :code FROM topic WHERE ({kind}s & :bit) <> 0"
            ),
            [{"kind": kind, "code": code, "bit": 1 << n} for n, code in enumerate(codes)],
        )


def _listing(included: list[str] | None = None) -> None:
    op.drop_index("ix_instructor_listing", "instructor")
    op.create_index(
        "ix_instructor_listing",
        "instructor",
        ["listed", "sort_key", "id"],
        postgresql_include=included,
    )


def _index_texts(columns: list[str]) -> None:
    op.drop_index("ix_instructor_search", "instructor")
    op.create_index("ix_instructor_search", "instructor", columns)
