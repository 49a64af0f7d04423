"""Tables of messages that are passed on between a branch and an instructor."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import Organisation
from booking.contacts.threads.engine.events import ThreadSide
from booking.db import Base
from booking.instructors.models import Instructor


class MessageThread(Base):
    """The messages about one lecture or one request, between one branch and one instructor."""

    __tablename__ = "message_thread"
    __table_args__ = (UniqueConstraint("reference", "instructor_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40))
    """The number of the lecture or of the request."""
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    branch_read_at: Mapped[datetime | None]
    instructor_read_at: Mapped[datetime | None]
    """When each side last opened it; None: never."""

    instructor: Mapped[Instructor] = relationship()
    organisation: Mapped[Organisation] = relationship()


class RelayedMessage(Base):
    """One message of a thread."""

    __tablename__ = "relayed_message"
    __table_args__ = (
        Index("ix_relayed_message_thread_id", "thread_id", "id"),
        Index("ix_relayed_message_sender", "sender_id", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("message_thread.id", ondelete="CASCADE"))
    side: Mapped[ThreadSide]
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    sender_name: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]
