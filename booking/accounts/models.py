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
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.engine.roles import Actor, Role, Standing, Unit
from booking.accounts.engine.user_agents import Browser, System
from booking.db import Base


class TextList(AsaList):
    """Texts without commas in one column, as Flask-Security keeps them."""

    cache_ok = True


class Region(Base):
    """A region by its GB/T 2260 code: province, city, county (行政区划)."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str | None] = mapped_column(String(60))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)


class Organisation(Base):
    """Who books: a branch or another unit (单位)."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("region_code", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    open_limit: Mapped[int | None]
    """How many requests may wait for an answer at once; None: as usual."""
    daily_limit: Mapped[int | None]
    """How many requests may be sent on one day; None: as usual."""

    region: Mapped[Region] = relationship(lazy="joined")

    def unit(self) -> Unit:
        """This organisation as plain values."""
        return Unit(self.id, self.name, self.region_code)


class User(Base, UserMixin):
    """Somebody who can sign in. What they may do stands in their memberships."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(60), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime]

    # The second step of sign-in, under the names that Flask-Security gives. What is secret is
    # encrypted (`factors`), and read by the pages of sign-in only.
    tf_primary_method: Mapped[str | None] = mapped_column(String(20))
    tf_totp_secret: Mapped[str | None] = mapped_column(Text, deferred=True)
    tf_phone_number = None
    totp_last_counter: Mapped[int | None] = mapped_column(deferred=True)
    """The time step (RFC 6238) of the last code: neither it nor an earlier one is taken again."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(
        MutableList.as_mutable(TextList()), deferred=True
    )
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        String(64), unique=True, index=True, deferred=True
    )
    factor_failures: Mapped[int] = mapped_column(default=0, server_default="0", deferred=True)
    """Wrong codes since the last right one."""
    factor_wait_until: Mapped[datetime | None] = mapped_column(deferred=True)
    """Until then no code is looked at."""

    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", lazy="selectin", order_by="Membership.id"
    )
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]
        back_populates="user", cascade="all, delete-orphan", order_by="Passkey.id"
    )

    def verify_and_update_password(self, password: str) -> bool:
        """Whether this is the password. Nothing is written here: the sign-in renews old hashes."""
        return self.password is not None and verify_password(password, self.password)

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]
        """Flask-Security asks for roles; ours are memberships, so it sees none."""
        return []

    def actor(self) -> Actor:
        """This person as plain values, for permissions."""
        return Actor(
            user_id=self.id,
            label=self.name or self.email,
            standings=tuple(
                Standing(m.role, m.organisation_id, m.instructor_id, m.region_code)
                for m in self.memberships
            ),
            units=tuple(
                sorted({m.organisation.unit() for m in self.memberships if m.organisation})
            ),
        )


class Membership(Base):
    """One role of one user, limited to what the role is for."""

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
    """A browser in which somebody is signed in: without this row its cookies are worth nothing.

    Only the SHA-256 of the key in the cookies is kept.
    """

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    uniquifier: Mapped[str] = mapped_column(String(64))
    """The user's `fs_uniquifier` at that time: whatever gives the user a new one (a new
    password, a closed account) ends every sign-in in the same transaction."""
    browser: Mapped[Browser]
    system: Mapped[System]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]


class AttemptCount(Base):
    """How many attempts were made of late: of one account, one address or one browser.

    The attempts leak away one after the other; `empty_at` is when the last one is forgotten.
    """

    __tablename__ = "attempt_count"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A keyed hash (`sealing.fingerprint`) of what is counted."""
    empty_at: Mapped[datetime] = mapped_column(index=True)
    free_at: Mapped[datetime]
    """Before this instant no attempt is admitted."""


class ResetRequest(Base):
    """Somebody asked for a link to set a new password; the worker looks whether there is a user.

    The page does the same work for every address, so that its time tells nothing.
    """

    __tablename__ = "reset_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255))
    language: Mapped[str | None] = mapped_column(String(12))
    asked_at: Mapped[datetime]


class Passkey(Base, WebAuthnMixin):
    """A passkey or security key of a user (Web Authentication, W3C), as Flask-Security keeps it."""

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
    """`first`: also signs in without a password; `secondary`: after the password only."""
    lastuse_datetime: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="webauthn")
