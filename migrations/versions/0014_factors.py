"""Second factors: authenticator apps, recovery codes and passkeys."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

HANDLE = "ix_user_fs_webauthn_user_handle"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.add_column("user", sa.Column("tf_primary_method", sa.String(20)))
    op.add_column("user", sa.Column("tf_totp_secret", sa.Text()))
    op.add_column("user", sa.Column("totp_last_counter", sa.Integer()))
    op.add_column("user", sa.Column("mf_recovery_codes", sa.UnicodeText()))
    op.add_column("user", sa.Column("fs_webauthn_user_handle", sa.String(64)))
    op.add_column(
        "user", sa.Column("factor_failures", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("user", sa.Column("factor_wait_until", instant))
    op.create_index(HANDLE, "user", ["fs_webauthn_user_handle"], unique=True)
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.UnicodeText()),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(64), nullable=False),
        sa.Column("extensions", sa.Text()),
        sa.Column("usage", sa.String(20), nullable=False),
        sa.Column("lastuse_datetime", instant, nullable=False),
        sa.CheckConstraint("usage IN ('first', 'secondary')", name=op.f("ck_passkey_usage_known")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_passkey_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_passkey_user_id_name")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )


def downgrade() -> None:
    # Lossy: all second factors are deleted, only passwords remain.
    op.drop_table("passkey")
    op.drop_index(HANDLE, "user")
    for column in (
        "factor_wait_until",
        "factor_failures",
        "fs_webauthn_user_handle",
        "mf_recovery_codes",
        "totp_last_counter",
        "tf_totp_secret",
        "tf_primary_method",
    ):
        op.drop_column("user", column)
