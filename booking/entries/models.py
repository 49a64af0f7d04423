"""Tables of entries: history, changes that wait for review, pictures, pairs of two people."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base
from booking.entries.engine.parts import EntryPart
from booking.instructors.models import Instructor, Topic


class RequestState(enum.StrEnum):
    """What became of a change that a person asked for."""

    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class EntryChange(Base):
    """One change of one part of an entry. Append-only (migrations 0025, 0034)."""

    __tablename__ = "entry_change"
    __table_args__ = (Index("ix_entry_change_instructor_id", "instructor_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int | None] = mapped_column(
        ForeignKey("instructor.id", ondelete="SET NULL")
    )
    """None: the entry is gone, as the import that added it was undone."""
    topic_id: Mapped[int | None] = mapped_column(
        ForeignKey("topic.id", ondelete="SET NULL"), index=True
    )
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    actor_name: Mapped[str] = mapped_column(String(60))
    """The user's name at that time, without a mail address; empty for the system."""
    on_behalf: Mapped[bool]
    """Whether somebody else than the person did it."""
    part: Mapped[EntryPart]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The part's value as JSON (`engine.parts.KINDS`); None: it did not exist."""
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("entry_change.id"))
    """The change that this one put back."""
    import_key: Mapped[str | None] = mapped_column(String(43), index=True)
    """The key of the import that made the change, or was undone by it."""


class RequestedChange(Base):
    """A change that a person asked for and a coordinator decides on."""

    __tablename__ = "requested_change"
    __table_args__ = (Index("ix_requested_change_state", "state", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    topic_id: Mapped[int | None] = mapped_column(
        ForeignKey("topic.id", ondelete="CASCADE"), index=True
    )
    part: Mapped[EntryPart]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The value when it was asked for."""
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The value asked for."""
    state: Mapped[RequestState]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    actor_name: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    remarks: Mapped[str] = mapped_column(Text, default="")
    """Why it was returned."""

    instructor: Mapped[Instructor] = relationship()
    topic: Mapped[Topic | None] = relationship()


class DistinctEntries(Base):
    """Two entries that look like one person and are two, as a coordinator has said."""

    __tablename__ = "distinct_entries"
    __table_args__ = (CheckConstraint("first_id < second_id", name="older_first"),)

    first_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), primary_key=True
    )
    second_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    said_at: Mapped[datetime]


class Portrait(Base):
    """A picture of an instructor, as a small JPEG without metadata. Nobody needs one."""

    __tablename__ = "portrait"

    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), primary_key=True
    )
    image: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the image, in hexadecimal digits: part of its address and its ETag."""
    changed_at: Mapped[datetime]
