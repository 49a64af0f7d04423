"""Tables of invitations, requests to join, and links for a new password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.engine.roles import Role
from booking.accounts.models import Organisation, Region, User
from booking.db import Base
from booking.instructors.models import Instructor
from booking.members.engine.states import InvitationState, JoinState, invitation_state


class Invitation(Base):
    """An invitation of one person to one membership. Its token is stored as a hash only."""

    __tablename__ = "invitation"
    __table_args__ = (
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
    role: Mapped[Role]
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    instructor_id: Mapped[int | None] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(255))
    """To whom it is: an account that is made by accepting is known by this address."""
    phone: Mapped[str | None] = mapped_column(String(16))
    """The same for a number, in the form of E.164."""
    by_mail: Mapped[bool]
    """Whether the present token went out by mail; otherwise it was handed over."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    """When the present token was made."""
    expires_at: Mapped[datetime]
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    revoked_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship()
    instructor: Mapped[Instructor | None] = relationship()
    region: Mapped[Region | None] = relationship()

    def state(self, now: datetime) -> InvitationState:
        """What became of it until an instant."""
        return invitation_state(
            accepted_at=self.accepted_at,
            revoked_at=self.revoked_at,
            expires_at=self.expires_at,
            now=now,
        )


class JoinRequest(Base):
    """A request of somebody unknown to book for a branch. Its status page has a secret address."""

    __tablename__ = "join_request"
    __table_args__ = (
        Index("ix_join_request_state", "state", "region_code"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_or_waits"),
        CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name="can_be_reached"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code", ondelete="CASCADE"))
    organisation_name: Mapped[str] = mapped_column(String(120))
    """As it was typed; which organisation it is, or that it is a new one, is decided later."""
    name: Mapped[str] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(255))
    phone: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(12))
    state: Mapped[JoinState]
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    answer: Mapped[str] = mapped_column(Text, default="")
    """Why it was declined."""
    invitation_id: Mapped[int | None] = mapped_column(
        ForeignKey("invitation.id", ondelete="SET NULL"), index=True
    )

    region: Mapped[Region] = relationship()
    invitation: Mapped[Invitation | None] = relationship()


class ResetLink(Base):
    """A link for a new password that is handed over; one for each account, the newest.

    It is bound to `User.fs_uniquifier`, as sign-ins are: a new password or an ended account ends
    the link as well.
    """

    __tablename__ = "reset_link"
    __table_args__ = (UniqueConstraint("user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    uniquifier: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
