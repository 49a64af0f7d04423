"""Lecture and sequence of deliveries, the installation's name, state of the expiry job."""

import json
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAITING = """
SELECT d.id, e.payload FROM delivery d JOIN outbox_event e ON e.id = d.event_id
WHERE d.sent_at IS NULL
"""
KNOWN = "UPDATE delivery SET lecture_id = :lecture_id, sequence = :sequence WHERE id = :id"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    # No foreign keys: SQLite could not drop them.
    for name, kind in (
        ("lecture_id", sa.Integer()),
        ("sequence", sa.Integer()),
        ("claimed_until", instant),
        ("superseded_at", instant),
    ):
        op.add_column("delivery", sa.Column(name, kind))
    op.create_index("ix_delivery_lecture", "delivery", ["lecture_id"])
    _tell_lectures()
    installation = op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.bulk_insert(installation, [{"id": 1, "name": _name()}])
    op.create_table(
        "expiry_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trusted_at", instant),
        sa.Column("held_at", instant),
        sa.Column("held_requests", sa.Integer(), nullable=False),
        sa.Column("held_lectures", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_expiry_round_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expiry_round")),
    )
    # The newest change of a lecture is the latest instant known to be in the past.
    op.execute(
        "INSERT INTO expiry_round (id, trusted_at, held_requests, held_lectures) "
        "SELECT 1, max(changed_at), 0, 0 FROM lecture"
    )


def downgrade() -> None:
    op.drop_table("expiry_round")
    op.drop_table("installation")
    # Superseded deliveries become given up: the older version would send them.
    op.execute("UPDATE delivery SET next_try_at = NULL WHERE superseded_at IS NOT NULL")
    op.drop_index("ix_delivery_lecture", "delivery")
    for name in ("superseded_at", "claimed_until", "sequence", "lecture_id"):
        op.drop_column("delivery", name)


def _tell_lectures() -> None:
    """Copy lecture_id and sequence from the events to their unsent deliveries."""
    connection = op.get_bind()
    found = []
    for delivery_id, payload in connection.execute(sa.text(WAITING)):
        event: dict[str, Any] = json.loads(payload) if isinstance(payload, str) else payload
        known = {name: event.get(name) for name in ("lecture_id", "sequence")}
        found.append({"id": delivery_id, **known})
    if found:
        connection.execute(sa.text(KNOWN), found)


def _name() -> str:
    """The name in the UIDs of existing lectures, after a downgrade; else a new random one."""
    query = sa.text("SELECT uid FROM lecture WHERE uid LIKE '%.yueke' ORDER BY id DESC LIMIT 1")
    known = op.get_bind().scalar(query)
    if known is None:
        return secrets.token_hex(8)
    return str(known).rpartition("@")[2].removesuffix(".yueke")
