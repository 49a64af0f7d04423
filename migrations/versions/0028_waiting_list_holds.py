"""Times that are held for the waiting list: a hold without a lecture, and the offer it belongs to.

A hold without a lecture overlaps every other one: `ex_hold_no_overlap` compares holds by their lecture, and
where they have none by their own number, negative. On the way down these holds go, and with them what the
older code does not know of orders. Season plans remember which instructors are left out of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

EXCLUDE = """
ALTER TABLE hold ADD CONSTRAINT ex_hold_no_overlap EXCLUDE USING gist (
    instructor_id WITH =,
    {lecture} WITH <>,
    tstzrange(starts_at, ends_at, '[)') WITH &&
)
"""

TRIGGER = """
CREATE TRIGGER ex_hold_no_overlap_{verb} BEFORE {event} ON hold
WHEN EXISTS (
    SELECT 1 FROM hold AS other
    WHERE other.instructor_id = NEW.instructor_id
      AND {other_lecture}
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

BEFORE = "other.lecture_id <> NEW.lecture_id"
# The number of a new row is not known in a BEFORE trigger, so that it cannot stand for the lecture here.
AFTER = "(other.lecture_id <> NEW.lecture_id OR other.lecture_id IS NULL OR NEW.lecture_id IS NULL)"

NEW_COMMANDS = ("hold", "take", "let_go", "lapse")
NEW_STATES = ("held", "let_go", "lapsed")


def _hold_table(nullable: bool, other_lecture: str, lecture: str) -> None:
    """Let a hold be without a lecture, or not, with the constraint that fits."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE hold DROP CONSTRAINT ex_hold_no_overlap")
        op.alter_column("hold", "lecture_id", nullable=nullable)
        op.execute(EXCLUDE.format(lecture=lecture))
        return
    for verb in EVENTS:
        op.execute(f"DROP TRIGGER ex_hold_no_overlap_{verb}")
    with op.batch_alter_table("hold") as table_op:
        table_op.alter_column("lecture_id", existing_type=sa.Integer(), nullable=nullable)
    for verb, event in EVENTS.items():
        op.execute(TRIGGER.format(verb=verb, event=event, other_lecture=other_lecture))


def upgrade() -> None:
    op.add_column("season_plan", sa.Column("left_out", sa.JSON()))
    _hold_table(True, AFTER, "coalesce(lecture_id, -id)")
    with op.batch_alter_table("order_offer") as table_op:
        table_op.add_column(sa.Column("hold_id", sa.Integer()))
        table_op.add_column(sa.Column("ends_at", INSTANT))
        table_op.add_column(sa.Column("held_until", INSTANT))
        table_op.create_foreign_key(
            op.f("fk_order_offer_hold_id_hold"), "hold", ["hold_id"], ["id"], ondelete="SET NULL"
        )
        table_op.create_unique_constraint(op.f("uq_order_offer_hold_id"), ["hold_id"])
    held = sa.text("state = 'held'")
    op.create_index(
        "uq_order_offer_held",
        "order_offer",
        ["order_id"],
        unique=True,
        sqlite_where=held,
        postgresql_where=held,
    )
    op.create_index(
        "ix_order_offer_held_until",
        "order_offer",
        ["held_until"],
        sqlite_where=held,
        postgresql_where=held,
    )


def downgrade() -> None:
    op.execute("UPDATE season_plan_row SET state = 'proposed' WHERE state = 'anew'")
    op.drop_column("season_plan", "left_out")
    for table, column, values in (
        ("order_history", "command", NEW_COMMANDS),
        (
            "outbox_event",
            "kind",
            tuple(f"order.time_{name}" for name in ("held", "taken", "let_go", "lapsed")),
        ),
    ):
        names = ", ".join(f"'{value}'" for value in values)
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({names})")
    names = ", ".join(f"'{value}'" for value in NEW_STATES)
    op.execute(f"UPDATE order_offer SET state = 'dropped' WHERE state IN ({names})")
    op.drop_index("ix_order_offer_held_until", "order_offer")
    op.drop_index("uq_order_offer_held", "order_offer")
    with op.batch_alter_table("order_offer") as table_op:
        table_op.drop_constraint(op.f("uq_order_offer_hold_id"), type_="unique")
        table_op.drop_constraint(op.f("fk_order_offer_hold_id_hold"), type_="foreignkey")
        table_op.drop_column("held_until")
        table_op.drop_column("ends_at")
        table_op.drop_column("hold_id")
    op.execute("DELETE FROM hold WHERE lecture_id IS NULL")
    _hold_table(False, BEFORE, "lecture_id")
