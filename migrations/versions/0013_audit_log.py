"""The audit log, append-only by triggers.

UPDATE and TRUNCATE are refused, and DELETE unless a row is older than 180 days by the database's
clock: retention beyond that is a setting, but recent rows cannot be removed. On SQLite INSERT OR
REPLACE deletes without firing DELETE triggers, so inserting an existing id is refused.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INDEXES = (
    ["recorded_at"],
    ["action", "id"],
    ["actor_id", "id"],
    ["subject_kind", "subject_id", "id"],
)

SQLITE = {
    "audit_entry_no_update": "BEFORE UPDATE ON audit_entry",
    "audit_entry_no_delete": (
        "BEFORE DELETE ON audit_entry WHEN OLD.recorded_at IS NULL "
        "OR OLD.recorded_at >= strftime('%Y-%m-%d %H:%M:%f', 'now', '-180 days')"
    ),
    "audit_entry_no_replace": (
        "BEFORE INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)"
    ),
}

FUNCTION = """
CREATE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.recorded_at < now() - interval '180 days' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit_entry_append_only' USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("actor_id", sa.Integer()),
        sa.Column("actor_label", sa.String(120), nullable=False),
        sa.Column("subject_kind", sa.String(20)),
        sa.Column("subject_id", sa.Integer()),
        sa.Column("subject_label", sa.String(120), nullable=False),
        sa.Column("typed_hash", sa.String(32)),
        sa.Column("region_code", sa.String(12)),
        sa.Column("network", sa.String(43)),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    for columns in INDEXES:
        op.create_index(f"ix_audit_entry_{'_'.join(columns)}", "audit_entry", columns)
    if op.get_bind().dialect.name == "sqlite":
        for name, event in SQLITE.items():
            op.execute(
                f"CREATE TRIGGER {name} {event} "
                "BEGIN SELECT RAISE(ABORT, 'audit_entry_append_only'); END"
            )
        return
    op.execute(FUNCTION)
    op.execute(
        "CREATE TRIGGER audit_entry_rows BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_whole BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_append_only()"
    )


def downgrade() -> None:
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_append_only()")
