"""Words are found by an index on PostgreSQL; audiences and formats stand on the instructor."""

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
"""The place of a code is its bit."""

# A token of pinyin is cut where the words of a query are cut (`names.MAX_WORD_LENGTH`).
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
    for name in BITS:
        op.add_column(
            "instructor", sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        )
    _fill()
    if op.get_bind().dialect.name == "sqlite":
        _index_texts([*TEXTS, *BITS])
        return
    _listing(postgresql_include=BITS)
    op.execute(SEARCH_TERMS)
    op.execute(
        "CREATE INDEX ix_instructor_terms ON instructor "
        "USING gin (search_terms(search_text, search_pinyin))"
    )
    # How often each term occurs decides nothing, and counting takes ANALYZE many seconds.
    op.execute("ALTER INDEX ix_instructor_terms ALTER COLUMN 1 SET STATISTICS 0")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _index_texts(TEXTS)
    else:
        _listing()
        op.drop_index("ix_instructor_terms", "instructor")
        op.execute("DROP FUNCTION search_terms(text, text)")
    for name in BITS:
        op.drop_column("instructor", name)


def _fill() -> None:
    """Each topic that is active sets the bits of what it names, or all where it names none."""
    connection = op.get_bind()
    named: dict[tuple[int, int], dict[str, int]] = {}
    rows = connection.execute(
        sa.text(
            "SELECT t.instructor_id, t.id, r.kind, r.code FROM topic t "
            "LEFT JOIN topic_trait r ON r.topic_id = t.id WHERE t.active"
        )
    )
    for owner, topic, kind, code in rows:
        of_topic = named.setdefault((owner, topic), {"audience": 0, "format": 0})
        if kind is not None:
            of_topic[kind] |= 1 << CODES[kind].index(code)
    found: dict[int, dict[str, int]] = defaultdict(lambda: {"audience": 0, "format": 0})
    for (owner, _topic), of_topic in named.items():
        for kind, bits in of_topic.items():
            found[owner][kind] |= bits or ALL_BITS
    if found:
        connection.execute(
            sa.text(
                "UPDATE instructor SET audience_bits = :audience, format_bits = :format "
                "WHERE id = :owner"
            ),
            [{"owner": owner, **bits} for owner, bits in found.items()],
        )


def _listing(**more: list[str]) -> None:
    op.drop_index("ix_instructor_listing", "instructor")
    op.create_index("ix_instructor_listing", "instructor", ["listed", "sort_key", "id"], **more)


def _index_texts(columns: list[str]) -> None:
    op.drop_index("ix_instructor_search", "instructor")
    op.create_index("ix_instructor_search", "instructor", columns)
