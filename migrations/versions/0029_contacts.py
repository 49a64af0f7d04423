"""Contacts of accounts, consents, and the record of contacts that were shown."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _contacts()
    _consents()
    _reveals()


def _foreign(name: str, column: str, table: str, ondelete: str) -> sa.ForeignKeyConstraint:
    key = op.f(f"fk_{name}_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=key, ondelete=ondelete)


def _contacts() -> None:
    name = "user_contact"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        _foreign(name, "user_id", "user", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(
            "user_id", "channel", "value", name=op.f(f"uq_{name}_user_id_channel_value")
        ),
    )


def _consents() -> None:
    name = "consent"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer()),
        sa.Column("user_id", sa.Integer()),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("given_by_id", sa.Integer()),
        sa.Column("withdrawn_at", INSTANT),
        sa.CheckConstraint(
            "(instructor_id IS NULL) <> (user_id IS NULL)", name=op.f(f"ck_{name}_one_person")
        ),
        _foreign(name, "instructor_id", "instructor", "CASCADE"),
        _foreign(name, "user_id", "user", "CASCADE"),
        _foreign(name, "given_by_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index("ix_consent_in_force", name, ["instructor_id", "user_id", "withdrawn_at"])
    op.create_index(op.f("ix_consent_user_id"), name, ["user_id"])


def _reveals() -> None:
    name = "reveal"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer()),
        sa.Column("user_id", sa.Integer()),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("hint", sa.String(length=40), nullable=False),
        sa.Column("reader_id", sa.Integer()),
        sa.Column("reader_name", sa.String(length=60), nullable=False),
        sa.Column("reader_unit", sa.String(length=120), nullable=False),
        sa.Column("through", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("shown_at", INSTANT, nullable=False),
        _foreign(name, "instructor_id", "instructor", "SET NULL"),
        _foreign(name, "user_id", "user", "SET NULL"),
        _foreign(name, "reader_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f("ix_reveal_instructor_id"), name, ["instructor_id"])
    op.create_index(op.f("ix_reveal_user_id"), name, ["user_id"])
    op.create_index("ix_reveal_reader", name, ["reader_id", "shown_at"])
    op.create_index("ix_reveal_shown", name, ["shown_at"])


def downgrade() -> None:
    for name in ("reveal", "consent", "user_contact"):
        op.drop_table(name)
