"""Regions, organisations, users and their memberships."""

from __future__ import annotations

from datetime import datetime

from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from flask_security.datastore import AsaList
from flask_security.utils import verify_password
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.engine.roles import Actor, Role, Standing, Unit
from booking.accounts.engine.sign_in_names import shown_phone
from booking.accounts.engine.user_agents import Browser, System
from booking.db import Base


class TextList(AsaList):
    """A list of texts without commas in one column, in Flask-Security's format."""

    cache_ok = True


class Region(Base):
    """A region by its GB/T 2260 code: province, city, county (行政区划)."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str | None] = mapped_column(String(60))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    reviews: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether requests of branches in and under this region are reviewed first."""
    merged_into_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    """The region that took this one in: its code is an alias of that one's, never of another
    alias. Lectures that were promised here keep it."""

    @property
    def present_code(self) -> str:
        """The code of the region in which this place lies now."""
        return self.merged_into_code or self.code

    entry_reviews: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether what instructors in and under this region change in their entries is reviewed."""


class Organisation(Base):
    """An organisation that books lectures: a branch or another unit (单位)."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("region_code", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    open_limit: Mapped[int | None]
    """Most booking requests that may be pending at once; None: the default."""
    daily_limit: Mapped[int | None]
    """Most booking requests per day; None: the default."""
    reviews: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its requests are reviewed first, whatever its region says."""
    quarter_limit: Mapped[int | None]
    """Most orders per quarter; None: the default."""
    closed_at: Mapped[datetime | None]
    """Since when it can neither book nor be chosen; None: it can."""
    closed_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The organisation that took this one in, which is no alias itself. The row stays, so that its
    name and its number lead there."""

    region: Mapped[Region] = relationship(lazy="joined")

    def unit(self) -> Unit:
        """This organisation as a plain value object."""
        return Unit(self.id, self.name, self.region_code)


class User(Base, UserMixin):
    """A user account. Its permissions follow from its memberships."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name="known_by_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(255), unique=True)  # type: ignore[assignment]
    """None: nobody who reads mail; the account is known by its number."""
    phone: Mapped[str | None] = mapped_column(String(16), unique=True, index=True)
    """A telephone number in the form of E.164, with which one signs in as well."""
    name: Mapped[str] = mapped_column(String(60), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]
    """The last sign-in; None: never."""
    calendar_invitations: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether mails about lectures carry an invitation (`calendars/feeds/choices.py`)."""

    # Second factors, under the column names of Flask-Security. Secrets are encrypted (`factors`)
    # and loaded by the pages of sign-in only.
    tf_primary_method: Mapped[str | None] = mapped_column(String(20))
    tf_totp_secret: Mapped[str | None] = mapped_column(Text, deferred=True)
    tf_phone_number = None
    totp_last_counter: Mapped[int | None] = mapped_column(deferred=True)
    """The time step (RFC 6238) of the last accepted code: it and earlier ones are rejected."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(
        MutableList.as_mutable(TextList()), deferred=True
    )
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        String(64), unique=True, index=True, deferred=True
    )
    factor_failures: Mapped[int] = mapped_column(default=0, server_default="0", deferred=True)
    """Number of wrong codes since the last correct one."""
    factor_wait_until: Mapped[datetime | None] = mapped_column(deferred=True)
    """Until this instant codes are rejected without being checked."""

    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", lazy="selectin", order_by="Membership.id"
    )
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]
        back_populates="user", cascade="all, delete-orphan", order_by="Passkey.id"
    )

    def verify_and_update_password(self, password: str) -> bool:
        """Whether this is the password. Writes nothing: `CountsPasswords` renews old hashes."""
        return self.password is not None and verify_password(password, self.password)

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]
        """Flask-Security's roles: always empty, because roles are memberships here."""
        return []

    @property
    def sign_in_name(self) -> str:
        """What the account is known by: its mail address, or else its number as people write it."""
        return self.email or shown_phone(self.phone or "")

    @property
    def label(self) -> str:
        """The display name: the name, or else what the account is known by."""
        return self.name or self.sign_in_name

    def calc_username(self) -> str:
        """What authenticator apps and passkeys call this account."""
        return self.sign_in_name

    def actor(self) -> Actor:
        """This user as a plain value object, for permissions."""
        return Actor(
            user_id=self.id,
            label=self.label,
            standings=tuple(
                Standing(m.role, m.organisation_id, m.instructor_id, m.region_code)
                for m in self.memberships
            ),
            units=tuple(
                sorted({m.organisation.unit() for m in self.memberships if m.organisation})
            ),
        )


class Membership(Base):
    """One role of one user, limited to an organisation, an instructor or a region."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "organisation_id", "instructor_id", "region_code"),
        CheckConstraint(
            "(role = 'branch') = (organisation_id IS NOT NULL)", name="branch_has_organisation"
        ),
        CheckConstraint(
            "(role = 'instructor') = (instructor_id IS NOT NULL)", name="instructor_has_entry"
        ),
        CheckConstraint(
            "(role = 'coordinator') = (region_code IS NOT NULL)", name="coordinator_has_region"
        ),
        CheckConstraint(
            "role IN ('branch', 'instructor', 'coordinator', 'admin')", name="role_known"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    instructor_id: Mapped[int | None] = mapped_column(ForeignKey("instructor.id"), index=True)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation | None] = relationship()


class SignIn(Base):
    """A server-side session: one browser in which a user is signed in; its cookies need this row.

    Only the SHA-256 of the key in the cookies is stored.
    """

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    uniquifier: Mapped[str] = mapped_column(String(64))
    """The user's `fs_uniquifier` at sign-in: whatever replaces it (a new password, a disabled
    account) ends all sign-ins in the same transaction."""
    browser: Mapped[Browser]
    system: Mapped[System]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]


class AttemptCount(Base):
    """The state of a leaky bucket of recent attempts, by account, address or browser.

    `empty_at` is the instant at which the bucket is empty.
    """

    __tablename__ = "attempt_count"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A keyed hash (`crypto.fingerprint`) of what is counted."""
    empty_at: Mapped[datetime] = mapped_column(index=True)
    free_at: Mapped[datetime]
    """Until this instant attempts are rejected."""


class ResetRequest(Base):
    """A request for a password reset link; the worker looks up whether the account exists.

    The page does the same work for every address, so that its timing reveals nothing.
    """

    __tablename__ = "reset_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255))
    language: Mapped[str | None] = mapped_column(String(12))
    asked_at: Mapped[datetime]


class Passkey(Base, WebAuthnMixin):
    """A passkey or security key of a user (WebAuthn, W3C), with the columns of Flask-Security."""

    __tablename__ = "passkey"
    __table_args__ = (
        UniqueConstraint("user_id", "name"),
        CheckConstraint("usage IN ('first', 'secondary')", name="usage_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(64))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(TextList()))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(Text)
    usage: Mapped[str] = mapped_column(String(20))
    """`first`: also signs in without a password; `secondary`: second factor only."""
    lastuse_datetime: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="webauthn")
