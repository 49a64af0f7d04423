"""Entries: states of topics, history, changes that wait for review, pictures, merged entries.

The history of entries is append-only by triggers, as that of lectures is (migration 0020). Of a row only
links may change: `user_id` when an account is removed, and `instructor_id` and `topic_id` when an entry is
merged into another.

A later migration that makes `entry_change` anew on SQLite (`batch_alter_table`) must make these triggers anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

COLUMNS = ("id", "at", "actor_name", "on_behalf", "part", "before", "after", "undoes_id")
"""All but the links."""

SAME = " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in COLUMNS)

SQLITE = {
    "entry_change_no_update": f"BEFORE UPDATE ON entry_change WHEN NOT ({SAME})",
    "entry_change_no_delete": "BEFORE DELETE ON entry_change",
    "entry_change_no_replace": (
        "BEFORE INSERT ON entry_change WHEN EXISTS (SELECT 1 FROM entry_change WHERE id = NEW.id)"
    ),
}


def _row(version: str) -> str:
    """The columns of a row; JSON has no equality in PostgreSQL, its text has."""
    return ", ".join(
        f'{version}."{name}"{"::text" if name in ("before", "after") else ""}' for name in COLUMNS
    )


FUNCTION = f"""
CREATE FUNCTION entry_change_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF ROW({_row("NEW")}) IS NOT DISTINCT FROM ROW({_row("OLD")}) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'entry_change_append_only' USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""


def upgrade() -> None:
    op.add_column(
        "region",
        sa.Column("entry_reviews", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("instructor", sa.Column("confirmed_at", INSTANT))
    op.add_column("instructor", sa.Column("reminded_at", INSTANT))
    _states()
    _history()
    _requested()
    _pictures()
    _merged()
    _triggers()


def _states() -> None:
    op.add_column(
        "topic", sa.Column("state", sa.String(length=20), server_default="reviewed", nullable=False)
    )
    op.execute("UPDATE topic SET state = 'retired' WHERE NOT active")
    op.drop_index("ix_topic_active", "topic")
    op.drop_column("topic", "active")
    op.create_index("ix_topic_state", "topic", ["instructor_id", "state", "id"])


def _history() -> None:
    op.create_table(
        "entry_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer()),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.Column("undoes_id", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_entry_change_instructor_id_instructor"),
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["topic.id"],
            name=op.f("fk_entry_change_topic_id_topic"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_entry_change_user_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["entry_change.id"], name=op.f("fk_entry_change_undoes_id_entry_change")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_change")),
    )
    op.create_index("ix_entry_change_instructor_id", "entry_change", ["instructor_id", "id"])
    op.create_index(op.f("ix_entry_change_topic_id"), "entry_change", ["topic_id"])


def _requested() -> None:
    op.create_table(
        "requested_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer()),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_requested_change_instructor_id_instructor"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["topic.id"],
            name=op.f("fk_requested_change_topic_id_topic"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_requested_change_user_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requested_change")),
    )
    op.create_index(
        op.f("ix_requested_change_instructor_id"), "requested_change", ["instructor_id"]
    )
    op.create_index(op.f("ix_requested_change_topic_id"), "requested_change", ["topic_id"])
    op.create_index("ix_requested_change_state", "requested_change", ["state", "asked_at"])


def _pictures() -> None:
    op.create_table(
        "portrait",
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_portrait_instructor_id_instructor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instructor_id", name=op.f("pk_portrait")),
    )


def _merged() -> None:
    op.create_table(
        "merged_entry",
        sa.Column("old_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("workplace", sa.String(length=200), nullable=False),
        sa.Column("merged_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_merged_entry_instructor_id_instructor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("old_id", name=op.f("pk_merged_entry")),
    )
    op.create_index(op.f("ix_merged_entry_instructor_id"), "merged_entry", ["instructor_id"])


def _triggers() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, event in SQLITE.items():
            op.execute(
                f"CREATE TRIGGER {name} {event} "
                "BEGIN SELECT RAISE(ABORT, 'entry_change_append_only'); END"
            )
        return
    op.execute(FUNCTION)
    op.execute(
        "CREATE TRIGGER entry_change_rows BEFORE UPDATE OR DELETE ON entry_change "
        "FOR EACH ROW EXECUTE FUNCTION entry_change_append_only()"
    )
    op.execute(
        "CREATE TRIGGER entry_change_whole BEFORE TRUNCATE ON entry_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION entry_change_append_only()"
    )


def downgrade() -> None:
    op.drop_table("merged_entry")
    op.drop_table("portrait")
    op.drop_table("requested_change")
    op.drop_table("entry_change")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION entry_change_append_only()")
    op.drop_index("ix_topic_state", "topic")
    op.add_column(
        "topic", sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.execute(sa.text("UPDATE topic SET active = (state = 'reviewed')"))
    op.drop_column("topic", "state")
    op.create_index("ix_topic_active", "topic", ["instructor_id", "active", "id"])
    op.drop_column("instructor", "reminded_at")
    op.drop_column("instructor", "confirmed_at")
    op.drop_column("region", "entry_reviews")
