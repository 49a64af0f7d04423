"""Requests for contacts, messages that are passed on, and an append-only record of reveals.

Of a reveal only the references change: to NULL when an account or entry is removed, and the entry when
two entries become one. A row can be deleted once it is three years old by the database's clock (PIPL
article 56). The history of requests changes as that of lectures does: `user_id` becomes NULL.

A later migration that makes these tables anew on SQLite (`batch_alter_table`) must make the triggers anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0029"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

REVEAL = (
    "id",
    "channel",
    "hint",
    "reader_name",
    "reader_unit",
    "through",
    "reference",
    "reason",
    "shown_at",
)
"""All but the references, which may become NULL; of an entry also another one."""

HISTORY = ("id", "request_id", "at", "actor_name", "party", "command", "source", "target", "reason")
"""All but `user_id`."""


def _same(columns: tuple[str, ...]) -> str:
    return " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in columns)


KEPT = (
    "(NEW.reader_id IS NULL OR NEW.reader_id IS OLD.reader_id) AND "
    "(NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND "
    "(NEW.instructor_id IS NULL OR OLD.instructor_id IS NOT NULL)"
)

SQLITE = {
    "reveal_no_update": (
        "reveal",
        f"BEFORE UPDATE ON reveal WHEN NOT ({KEPT} AND {_same(REVEAL)})",
    ),
    "reveal_no_delete": (
        "reveal",
        "BEFORE DELETE ON reveal WHEN OLD.shown_at IS NULL "
        "OR OLD.shown_at >= strftime('%Y-%m-%d %H:%M:%f', 'now', '-3 years')",
    ),
    "reveal_no_replace": (
        "reveal",
        "BEFORE INSERT ON reveal WHEN EXISTS (SELECT 1 FROM reveal WHERE id = NEW.id)",
    ),
    "contact_request_history_no_update": (
        "contact_request_history",
        f"BEFORE UPDATE ON contact_request_history WHEN NOT (NEW.user_id IS NULL AND {_same(HISTORY)})",
    ),
    "contact_request_history_no_delete": (
        "contact_request_history",
        "BEFORE DELETE ON contact_request_history",
    ),
    "contact_request_history_no_replace": (
        "contact_request_history",
        "BEFORE INSERT ON contact_request_history "
        "WHEN EXISTS (SELECT 1 FROM contact_request_history WHERE id = NEW.id)",
    ),
}


def _row(version: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f'{version}."{name}"' for name in columns)


FUNCTIONS = {
    "reveal": f"""
CREATE FUNCTION reveal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.shown_at < now() - interval '3 years' THEN
            RETURN OLD;
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.reader_id IS NULL OR NEW.reader_id IS NOT DISTINCT FROM OLD.reader_id)
            AND (NEW.user_id IS NULL OR NEW.user_id IS NOT DISTINCT FROM OLD.user_id)
            AND (NEW.instructor_id IS NULL OR OLD.instructor_id IS NOT NULL)
            AND ROW({_row("NEW", REVEAL)}) IS NOT DISTINCT FROM ROW({_row("OLD", REVEAL)}) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'reveal_append_only' USING ERRCODE = 'integrity_constraint_violation';
END
$$
""",
    "contact_request_history": f"""
CREATE FUNCTION contact_request_history_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.user_id IS NULL AND ROW({_row("NEW", HISTORY)})
            IS NOT DISTINCT FROM ROW({_row("OLD", HISTORY)}) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'contact_request_history_append_only'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$
""",
}


def _foreign(name: str, column: str, table: str, ondelete: str | None) -> sa.ForeignKeyConstraint:
    key = op.f(f"fk_{name}_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=key, ondelete=ondelete)


def upgrade() -> None:
    _requests()
    _history()
    _threads()
    _messages()
    _triggers()


def _requests() -> None:
    name = "contact_request"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer()),
        sa.Column("asker_name", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("lecture_number", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("shares_phone", sa.Boolean(), nullable=False),
        sa.Column("shares_email", sa.Boolean(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        _foreign(name, "instructor_id", "instructor", "CASCADE"),
        _foreign(name, "organisation_id", "organisation", None),
        _foreign(name, "asker_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(
        "uq_contact_request_asked",
        name,
        ["organisation_id", "instructor_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index("ix_contact_request_instructor", name, ["instructor_id", "state"])
    op.create_index("ix_contact_request_state", name, ["state", "expires_at"])
    op.create_index(op.f("ix_contact_request_organisation_id"), name, ["organisation_id"])
    op.create_index("ix_contact_request_asker", name, ["asker_id", "asked_at"])


def _history() -> None:
    name = "contact_request_history"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("party", sa.String(length=20), nullable=False),
        sa.Column("command", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20)),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        _foreign(name, "request_id", "contact_request", "CASCADE"),
        _foreign(name, "user_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index("ix_contact_request_history_request_id", name, ["request_id", "id"])


def _threads() -> None:
    name = "message_thread"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("branch_read_at", INSTANT),
        sa.Column("instructor_read_at", INSTANT),
        _foreign(name, "instructor_id", "instructor", "CASCADE"),
        _foreign(name, "organisation_id", "organisation", None),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(
            "reference",
            "instructor_id",
            "organisation_id",
            name=op.f(f"uq_{name}_reference_instructor_id_organisation_id"),
        ),
    )
    op.create_index(op.f(f"ix_{name}_instructor_id"), name, ["instructor_id"])
    op.create_index(op.f(f"ix_{name}_organisation_id"), name, ["organisation_id"])


def _messages() -> None:
    name = "relayed_message"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("sender_id", sa.Integer()),
        sa.Column("sender_name", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        _foreign(name, "thread_id", "message_thread", "CASCADE"),
        _foreign(name, "sender_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index("ix_relayed_message_thread_id", name, ["thread_id", "id"])
    op.create_index("ix_relayed_message_sender", name, ["sender_id", "sent_at"])


def _triggers() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, (table, event) in SQLITE.items():
            op.execute(
                f"CREATE TRIGGER {name} {event} "
                f"BEGIN SELECT RAISE(ABORT, '{table}_append_only'); END"
            )
        return
    for table, function in FUNCTIONS.items():
        op.execute(function)
        op.execute(
            f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        for name in ("reveal_no_update", "reveal_no_delete", "reveal_no_replace"):
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP TRIGGER reveal_rows ON reveal")
        op.execute("DROP TRIGGER reveal_whole ON reveal")
    for table in (
        "relayed_message",
        "message_thread",
        "contact_request_history",
        "contact_request",
    ):
        op.drop_table(table)
    if not sqlite:
        for table in FUNCTIONS:
            op.execute(f"DROP FUNCTION {table}_append_only()")
