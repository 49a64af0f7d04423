"""The history of lectures, append-only by triggers, as the audit log is.

UPDATE is refused but for the one that follows from removing an account: `user_id` becomes NULL, and the
name stays. DELETE is refused: nothing of the product deletes a lecture. On SQLite INSERT OR REPLACE
deletes without firing DELETE triggers, so inserting an existing id is refused.

A later migration that makes the table anew on SQLite (`batch_alter_table`) must make these triggers anew.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COLUMNS = (
    "id",
    "lecture_id",
    "at",
    "actor_name",
    "party",
    "command",
    "source",
    "target",
    "reason",
    "facts",
)
"""All but `user_id`."""

SAME = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in COLUMNS)

SQLITE = {
    "lecture_history_no_update": (
        f"BEFORE UPDATE ON lecture_history WHEN NOT (NEW.user_id IS NULL AND {SAME})"
    ),
    "lecture_history_no_delete": "BEFORE DELETE ON lecture_history",
    "lecture_history_no_replace": (
        "BEFORE INSERT ON lecture_history "
        "WHEN EXISTS (SELECT 1 FROM lecture_history WHERE id = NEW.id)"
    ),
}


def _row(version: str) -> str:
    """The columns of a row; JSON has no equality in PostgreSQL, its text has."""
    texts = {"facts": "facts::text"}
    return ", ".join(f'{version}."{name}"{texts.get(name, name)[len(name) :]}' for name in COLUMNS)


FUNCTION = f"""
CREATE FUNCTION lecture_history_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.user_id IS NULL AND ROW({_row("NEW")}) IS NOT DISTINCT FROM ROW({_row("OLD")}) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'lecture_history_append_only' USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, event in SQLITE.items():
            op.execute(
                f"CREATE TRIGGER {name} {event} "
                "BEGIN SELECT RAISE(ABORT, 'lecture_history_append_only'); END"
            )
        return
    op.execute(FUNCTION)
    op.execute(
        "CREATE TRIGGER lecture_history_rows BEFORE UPDATE OR DELETE ON lecture_history "
        "FOR EACH ROW EXECUTE FUNCTION lecture_history_append_only()"
    )
    op.execute(
        "CREATE TRIGGER lecture_history_whole BEFORE TRUNCATE ON lecture_history "
        "FOR EACH STATEMENT EXECUTE FUNCTION lecture_history_append_only()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        return
    op.execute("DROP TRIGGER lecture_history_rows ON lecture_history")
    op.execute("DROP TRIGGER lecture_history_whole ON lecture_history")
    op.execute("DROP FUNCTION lecture_history_append_only()")
