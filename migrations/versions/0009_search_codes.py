"""A column with the codes of an instructor's fields and regions, for searches."""

from collections import defaultdict
from urllib.parse import quote

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FIELDS = """
SELECT w.instructor_id, f.code, above.code
FROM instructor_field w
JOIN field f ON f.id = w.field_id
LEFT JOIN field above ON above.id = f.parent_id
ORDER BY w.instructor_id, f.id
"""
REGIONS = "SELECT instructor_id, region_code FROM served_region ORDER BY instructor_id, region_code"

LISTING = ["listed", "sort_key", "id"]
BITS = ["audience_bits", "format_bits"]
TEXTS = ["search_text", "search_pinyin"]


def upgrade() -> None:
    column = sa.Column("search_codes", sa.Text(), nullable=False, server_default="")
    op.add_column("instructor", column)
    _fill()
    if op.get_bind().dialect.name == "sqlite":
        first = [*LISTING, *BITS, "search_codes"]
        _index_texts([*first, *TEXTS], [*first, *TEXTS[:1]])
        # Among indexes it considers equally wide SQLite uses the one created last.
        op.create_index("ix_instructor_codes", "instructor", first)
    else:
        _index_terms("search_pinyin || search_codes")
        # A high cost for the slow function: the planner then uses the index or cheaper conditions.
        op.execute("ALTER FUNCTION search_terms(text, text) COST 10000")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_instructor_codes", "instructor")
        _index_texts([*LISTING, *TEXTS, *BITS], [*LISTING, *TEXTS[:1], *BITS])
    else:
        _index_terms("search_pinyin")
        op.execute("ALTER FUNCTION search_terms(text, text) COST 100")
    op.drop_column("instructor", "search_codes")


def _fill() -> None:
    connection = op.get_bind()
    tokens: dict[int, dict[str, None]] = defaultdict(dict)
    for owner, *both in connection.execute(sa.text(FIELDS)):
        tokens[owner] |= {f"/{quote(code, safe='')}": None for code in both if code}
    for owner, code in connection.execute(sa.text(REGIONS)):
        tokens[owner][f"@{quote(code, safe='')}"] = None
    found = [{"owner": owner, "codes": f" {' '.join(known)} "} for owner, known in tokens.items()]
    if found:
        connection.execute(
            sa.text("UPDATE instructor SET search_codes = :codes WHERE id = :owner"), found
        )


def _index_texts(everything: list[str], words: list[str]) -> None:
    for name, columns in (("ix_instructor_search", everything), ("ix_instructor_words", words)):
        op.drop_index(name, "instructor")
        op.create_index(name, "instructor", columns)


def _index_terms(tokens: str) -> None:
    op.drop_index("ix_instructor_terms", "instructor")
    op.execute(
        "CREATE INDEX ix_instructor_terms ON instructor "
        f"USING gin (search_terms(search_text, {tokens}))"
    )
    # No statistics: no plan depends on term frequencies, and ANALYZE takes many seconds for them.
    op.execute("ALTER INDEX ix_instructor_terms ALTER COLUMN 1 SET STATISTICS 0")
