"""Certificates of service, and the counter of their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    name = "service_certificate"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("lectures", sa.Integer(), nullable=False),
        sa.Column("credit_hours", sa.Numeric(7, 1), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.Integer()),
        sa.Column("replaced_at", INSTANT),
        sa.CheckConstraint("lectures > 0", name=op.f(f"ck_{name}_some_lectures")),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f(f"fk_{name}_instructor_id_instructor"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["user.id"], name=op.f(f"fk_{name}_issued_by_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("number", name=op.f(f"uq_{name}_number")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{name}_code")),
    )
    op.create_index(op.f(f"ix_{name}_instructor"), name, ["instructor_id", "year"])
    op.create_index(op.f(f"ix_{name}_issued_by"), name, ["issued_by"])
    op.create_table(
        "service_certificate_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_service_certificate_counter")),
    )


def downgrade() -> None:
    op.drop_table("service_certificate_counter")
    op.drop_table("service_certificate")
