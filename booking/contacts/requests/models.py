"""Tables of requests for a contact and of their history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import Organisation
from booking.contacts.requests.engine.lifecycle import (
    ContactCommand,
    ContactParty,
    ContactRequestState,
)
from booking.db import Base, refuse
from booking.errors import Conflict
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Instructor
from booking.sentences import N_


class AskedAlready(Conflict):
    """The branch waits for an answer about this person already."""

    sentence = N_(
        "Your branch has asked for this contact already. You find the request under “Contact "
        "requests”."
    )


class ContactRequest(Base):
    """A branch asks for the contact of an instructor, with a reason."""

    __tablename__ = "contact_request"
    __table_args__ = (
        Index(
            "uq_contact_request_asked",
            "organisation_id",
            "instructor_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
        Index("ix_contact_request_instructor", "instructor_id", "state"),
        Index("ix_contact_request_state", "state", "expires_at"),
        Index("ix_contact_request_asker", "asker_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ContactRequestState]
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    asker_name: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(500))
    lecture_number: Mapped[str] = mapped_column(String(20), default="")
    """The lecture for which it is asked; empty: none."""
    answer: Mapped[str] = mapped_column(String(500), default="")
    """Why it was declined or revoked; empty: nothing was said."""
    shares_phone: Mapped[bool] = mapped_column(default=False)
    shares_email: Mapped[bool] = mapped_column(default=False)
    """What a grant is for."""
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """The first instant at which it can no longer be answered, or at which its grant is over."""

    instructor: Mapped[Instructor] = relationship()
    organisation: Mapped[Organisation] = relationship()

    @property
    def number(self) -> str:
        """What pages and the record of reveals call it (联系方式申请)."""
        return f"LX-{self.id:06d}"

    @property
    def channels(self) -> frozenset[Channel]:
        """The channels of the grant."""
        table = {Channel.PHONE: self.shares_phone, Channel.EMAIL: self.shares_email}
        return frozenset(channel for channel, shared in table.items() if shared)


refuse("uq_contact_request_asked", AskedAlready)
# SQLite names the columns instead of a partial index.
refuse("contact_request.organisation_id, contact_request.instructor_id", AskedAlready)


class ContactRequestHistory(Base):
    """One step of a request. Append-only (migration 0033)."""

    __tablename__ = "contact_request_history"
    __table_args__ = (Index("ix_contact_request_history_request_id", "request_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("contact_request.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    actor_name: Mapped[str] = mapped_column(String(60))
    party: Mapped[ContactParty]
    command: Mapped[ContactCommand]
    source: Mapped[ContactRequestState | None]
    target: Mapped[ContactRequestState]
    reason: Mapped[str] = mapped_column(String(500))
