"""Search words that found nothing; cases of recruiting with their history."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "search_miss",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=20), nullable=False),
        sa.Column("field_code", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.CheckConstraint("searches > 0", name=op.f("ck_search_miss_searched")),
        sa.PrimaryKeyConstraint(
            "day", "words", "field_code", "region_code", name=op.f("pk_search_miss")
        ),
    )
    name = "recruiting_case"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["field.id"], name=op.f(f"fk_{name}_field_id_field")),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f(f"fk_{name}_region_code_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(
            "field_id", "region_code", name=op.f(f"uq_{name}_field_id_region_code")
        ),
    )
    op.create_index(op.f(f"ix_{name}_region_code"), name, ["region_code"])
    name = "recruiting_step"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("command", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("instructor_id", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["recruiting_case.id"],
            name=op.f(f"fk_{name}_case_id_recruiting_case"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f(f"fk_{name}_instructor_id_instructor"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f(f"fk_{name}_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_case_id"), name, ["case_id"])
    op.create_index(op.f(f"ix_{name}_instructor_id"), name, ["instructor_id"])


def downgrade() -> None:
    op.drop_table("recruiting_step")
    op.drop_table("recruiting_case")
    op.drop_table("search_miss")
