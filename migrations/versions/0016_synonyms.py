"""Synonyms of search words, with the usual ones of the fields; summaries of topics are searched."""

import unicodedata
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

USUAL = (
    ("心肺复苏", "急救"),
    ("cpr", "急救"),
    ("aed", "急救"),
    ("除颤", "急救"),
    ("电信诈骗", "反诈"),
    ("防诈骗", "反诈"),
    ("防骗", "反诈"),
    ("普法", "法治"),
    ("法律", "法治"),
    ("法制", "法治"),
    ("火灾", "消防"),
    ("灭火", "消防"),
    ("人工智能", "ai"),
    ("心理健康", "心理"),
    ("慢病", "健康"),
    ("养生", "健康"),
    ("高血压", "健康"),
    ("种植", "农技"),
    ("电商", "直播"),
)
LONGEST_TEXT = 20_000

TOPIC = sa.table(
    "topic",
    sa.column("id"),
    sa.column("instructor_id"),
    sa.column("summary", sa.Text),
    sa.column("active", sa.Boolean),
)
INSTRUCTOR = sa.table("instructor", sa.column("id"), sa.column("search_text", sa.Text))


def upgrade() -> None:
    synonyms = op.create_table(
        "synonym",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(50), nullable=False),
        sa.Column("means", sa.String(50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym")),
        sa.UniqueConstraint("word", "means", name=op.f("uq_synonym_word_means")),
    )
    op.bulk_insert(synonyms, [{"word": word, "means": means} for word, means in USUAL])
    _change_texts(lambda words, summaries: f"{words} {summaries}"[:LONGEST_TEXT])


def downgrade() -> None:
    _change_texts(lambda words, summaries: words.removesuffix(f" {summaries}"))
    op.drop_table("synonym")


def _change_texts(change: Callable[[str, str], str]) -> None:
    """Set the search text of instructors with summaries to `change(text, summaries)`."""
    connection = op.get_bind()
    found: dict[int, list[str]] = {}
    for instructor_id, summary in connection.execute(
        sa.select(TOPIC.c.instructor_id, TOPIC.c.summary)
        .where(TOPIC.c.summary != "", TOPIC.c.active.is_(True))
        .order_by(TOPIC.c.instructor_id, TOPIC.c.id)
    ):
        found.setdefault(instructor_id, []).append(summary)
    changes = [
        {"changed": row.id, "words": change(row.search_text, _folded(" ".join(found[row.id])))}
        for row in connection.execute(sa.select(INSTRUCTOR.c.id, INSTRUCTOR.c.search_text))
        if row.id in found
    ]
    if changes:
        update = sa.update(INSTRUCTOR).where(INSTRUCTOR.c.id == sa.bindparam("changed"))
        connection.execute(update.values(search_text=sa.bindparam("words")), changes)


def _folded(text: str) -> str:
    """Nearly the normal form of search texts; an entry that is changed gets exactly that form."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
