"""People: accounts known by a telephone number, invitations, sign-up of branches, reset links.

On the way down accounts without a mail address get one at which nobody can be reached, so that
what hangs on them stays; all invitations, requests and links go.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
PHONE = "ix_user_phone"
KNOWN = "ck_user_known_by_something"
KNOWN_BY = "email IS NOT NULL OR phone IS NOT NULL"


def upgrade() -> None:
    op.add_column("user", sa.Column("phone", sa.String(16)))
    op.add_column("user", sa.Column("signed_in_at", INSTANT))
    op.create_index(PHONE, "user", ["phone"], unique=True)
    op.execute(
        'UPDATE "user" SET signed_in_at ='
        ' (SELECT max(created_at) FROM sign_in WHERE sign_in.user_id = "user".id)'
    )
    if _is_sqlite():
        _edit_user_table(r"\bemail VARCHAR\(255\) NOT NULL", "email VARCHAR(255)")
        _edit_user_table(r"\)\s*$", f",\n\tCONSTRAINT {KNOWN} CHECK ({KNOWN_BY})\n)")
    else:
        op.alter_column("user", "email", nullable=True)
        op.create_check_constraint(op.f(KNOWN), "user", KNOWN_BY)
    _create_invitations()
    _create_requests()
    _create_reset_links()


def downgrade() -> None:
    for table in ("reset_link", "join_request", "invitation"):
        op.drop_table(table)
    op.execute("""UPDATE "user" SET email = 'account-' || id || '@invalid' WHERE email IS NULL""")
    if _is_sqlite():
        _edit_user_table(rf",\s*CONSTRAINT {KNOWN} CHECK \({KNOWN_BY}\)", "")
        _edit_user_table(r"\bemail VARCHAR\(255\)", "email VARCHAR(255) NOT NULL")
    else:
        op.drop_constraint(op.f(KNOWN), "user", type_="check")
        op.alter_column("user", "email", nullable=False)
    op.drop_index(PHONE, "user")
    op.drop_column("user", "signed_in_at")
    op.drop_column("user", "phone")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _edit_user_table(pattern: str, replacement: str) -> None:
    """Change constraints in SQLite's own text of the table, which it allows for those.

    (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes".)
    Making the table anew, as for others, would delete or empty the rows that refer to it.
    """
    connection = op.get_bind()
    where = "WHERE type = 'table' AND name = 'user'"
    before = connection.scalar(sa.text(f"SELECT sql FROM sqlite_master {where}"))
    after, count = re.subn(pattern, replacement, before, count=1)
    assert count == 1, pattern
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    connection.execute(sa.text("PRAGMA writable_schema=ON"))
    connection.execute(sa.text(f"UPDATE sqlite_master SET sql = :sql {where}"), {"sql": after})
    connection.execute(sa.text(f"PRAGMA schema_version={version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema=OFF"))


def _foreign_key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    referred = target.partition(".")[0]
    name = op.f(f"fk_{table}_{column}_{referred}")
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)


def _create_invitations() -> None:
    name = "invitation"
    checks = {
        "branch_has_organisation": "(role = 'branch') = (organisation_id IS NOT NULL)",
        "instructor_has_entry": "(role = 'instructor') = (instructor_id IS NOT NULL)",
        "coordinator_has_region": "(role = 'coordinator') = (region_code IS NOT NULL)",
        "role_known": "role IN ('branch', 'instructor', 'coordinator', 'admin')",
    }
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("organisation_id", sa.Integer()),
        sa.Column("instructor_id", sa.Integer()),
        sa.Column("region_code", sa.String(12)),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("email", sa.String(255)),
        sa.Column("phone", sa.String(16)),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("invited_by", sa.Integer()),
        sa.Column("accepted_at", INSTANT),
        sa.Column("accepted_by", sa.Integer()),
        sa.Column("revoked_at", INSTANT),
        *(
            sa.CheckConstraint(check, name=op.f(f"ck_{name}_{key}"))
            for key, check in checks.items()
        ),
        _foreign_key(name, "organisation_id", "organisation.id", "CASCADE"),
        _foreign_key(name, "instructor_id", "instructor.id", "CASCADE"),
        _foreign_key(name, "region_code", "region.code", "CASCADE"),
        _foreign_key(name, "invited_by", "user.id", "SET NULL"),
        _foreign_key(name, "accepted_by", "user.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{name}_token_hash")),
    )
    for column in ("organisation_id", "instructor_id", "accepted_by"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _create_requests() -> None:
    name = "join_request"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("region_code", sa.String(12), nullable=False),
        sa.Column("organisation_name", sa.String(120), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("email", sa.String(255)),
        sa.Column("phone", sa.String(16)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(12)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT),
        sa.Column("decided_by", sa.Integer()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("invitation_id", sa.Integer()),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f(f"ck_{name}_decided_or_waits")
        ),
        sa.CheckConstraint(
            "email IS NOT NULL OR phone IS NOT NULL", name=op.f(f"ck_{name}_can_be_reached")
        ),
        _foreign_key(name, "region_code", "region.code", "CASCADE"),
        _foreign_key(name, "decided_by", "user.id", "SET NULL"),
        _foreign_key(name, "invitation_id", "invitation.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{name}_token_hash")),
    )
    op.create_index("ix_join_request_state", name, ["state", "region_code"])
    op.create_index(op.f(f"ix_{name}_invitation_id"), name, ["invitation_id"])


def _create_reset_links() -> None:
    name = "reset_link"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("uniquifier", sa.String(64), nullable=False),
        sa.Column("made_by", sa.Integer()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        _foreign_key(name, "user_id", "user.id", "CASCADE"),
        _foreign_key(name, "made_by", "user.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{name}_token_hash")),
        # A new link replaces the one before.
        sa.UniqueConstraint("user_id", name=op.f(f"uq_{name}_user_id")),
    )
