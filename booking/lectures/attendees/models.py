"""The table of named attendees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base

LONGEST_NAME = 60


class NamedAttendee(Base):
    """Somebody whom a branch has named as taking part in one lecture.

    Who takes themselves off leaves neither name nor address; the row stays until retention, so that
    nobody can name the same address for this lecture again.
    """

    __tablename__ = "named_attendee"
    __table_args__ = (UniqueConstraint("lecture_id", "address_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(ForeignKey("lecture.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    email: Mapped[str] = mapped_column(String(255), index=True)
    """In lower case; empty after `left_at`."""
    address_hash: Mapped[str] = mapped_column(String(64))
    """A keyed hash of the address."""
    language: Mapped[str] = mapped_column(String(20))
    """Of the person who named them, in which the mails are written."""
    named_by: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    named_at: Mapped[datetime]
    lecture_as_of: Mapped[datetime]
    """`Lecture.changed_at` at that time: of later changes they are told by events."""
    left_at: Mapped[datetime | None]
    """When they took themselves off."""
