"""Pairs of entries that are two people; the history of nominations is append-only.

The history is kept by triggers, as those of lectures and entries are (migrations 0020 and 0025): UPDATE is
refused but for the one that follows from removing an account, and DELETE is refused, so that a nomination
with its history cannot be deleted either.

A later migration that makes `nomination_history` anew on SQLite (`batch_alter_table`) must make these triggers
anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

COLUMNS = (
    "id",
    "nomination_id",
    "at",
    "actor_name",
    "party",
    "command",
    "source",
    "target",
    "reason",
)
"""All but `user_id`."""

SAME = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in COLUMNS)

SQLITE = {
    "nomination_history_no_update": (
        f"BEFORE UPDATE ON nomination_history WHEN NOT (NEW.user_id IS NULL AND {SAME})"
    ),
    "nomination_history_no_delete": "BEFORE DELETE ON nomination_history",
    "nomination_history_no_replace": (
        "BEFORE INSERT ON nomination_history "
        "WHEN EXISTS (SELECT 1 FROM nomination_history WHERE id = NEW.id)"
    ),
}


def _row(version: str) -> str:
    return ", ".join(f'{version}."{name}"' for name in COLUMNS)


FUNCTION = f"""
CREATE FUNCTION nomination_history_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.user_id IS NULL AND ROW({_row("NEW")}) IS NOT DISTINCT FROM ROW({_row("OLD")}) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'nomination_history_append_only' USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""


def upgrade() -> None:
    _distinct_entries()
    _triggers()


def _distinct_entries() -> None:
    def entry(name: str) -> sa.ForeignKeyConstraint:
        key = op.f(f"fk_distinct_entries_{name}_instructor")
        return sa.ForeignKeyConstraint([name], ["instructor.id"], name=key, ondelete="CASCADE")

    op.create_table(
        "distinct_entries",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("said_at", INSTANT, nullable=False),
        entry("first_id"),
        entry("second_id"),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_distinct_entries_user_id_user"),
            ondelete="SET NULL",
        ),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_distinct_entries_older_first")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_distinct_entries")),
    )
    for name in ("second_id", "user_id"):
        op.create_index(op.f(f"ix_distinct_entries_{name}"), "distinct_entries", [name])


def _triggers() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, event in SQLITE.items():
            op.execute(
                f"CREATE TRIGGER {name} {event} "
                "BEGIN SELECT RAISE(ABORT, 'nomination_history_append_only'); END"
            )
        return
    op.execute(FUNCTION)
    op.execute(
        "CREATE TRIGGER nomination_history_rows BEFORE UPDATE OR DELETE ON nomination_history "
        "FOR EACH ROW EXECUTE FUNCTION nomination_history_append_only()"
    )
    op.execute(
        "CREATE TRIGGER nomination_history_whole BEFORE TRUNCATE ON nomination_history "
        "FOR EACH STATEMENT EXECUTE FUNCTION nomination_history_append_only()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP TRIGGER nomination_history_rows ON nomination_history")
        op.execute("DROP TRIGGER nomination_history_whole ON nomination_history")
        op.execute("DROP FUNCTION nomination_history_append_only()")
    op.drop_table("distinct_entries")
