"""Constraint against overlapping holds of one instructor.

An exclusion constraint on PostgreSQL, triggers on INSERT and UPDATE on SQLite. Both are named
`ex_hold_no_overlap`, which the application maps to one domain error.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

EXCLUDE = """
ALTER TABLE hold ADD CONSTRAINT ex_hold_no_overlap EXCLUDE USING gist (
    instructor_id WITH =,
    lecture_id WITH <>,
    tstzrange(starts_at, ends_at, '[)') WITH &&
)
"""

TRIGGER = """
CREATE TRIGGER ex_hold_no_overlap_{verb} BEFORE {event} ON hold
WHEN EXISTS (
    SELECT 1 FROM hold AS other
    WHERE other.instructor_id = NEW.instructor_id
      AND other.lecture_id <> NEW.lecture_id
      AND other.id IS NOT NEW.id
      AND other.starts_at < NEW.ends_at
      AND NEW.starts_at < other.ends_at
)
BEGIN
    SELECT RAISE(ABORT, 'ex_hold_no_overlap');
END
"""

EVENTS = {
    "insert": "INSERT",
    "update": "UPDATE OF instructor_id, lecture_id, starts_at, ends_at",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(EXCLUDE)
        return
    for verb, event in EVENTS.items():
        op.execute(TRIGGER.format(verb=verb, event=event))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE hold DROP CONSTRAINT ex_hold_no_overlap")
        return
    for verb in EVENTS:
        op.execute(f"DROP TRIGGER ex_hold_no_overlap_{verb}")
