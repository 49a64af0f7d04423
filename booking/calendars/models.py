"""Tables of subscription feeds, their revisions, and rendered VEVENT texts.

The side of each is in a column that is called `view` (decision 0070).
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base
from booking.lectures.engine.states import Side


def token_hash(token: str) -> str:
    """The SHA-256 of a feed token, as stored. With 256 random bits it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


class Feed(Base):
    """A secret URL at which a user can subscribe to one owner's calendar.

    Only the SHA-256 of the token is stored; the token is shown once.
    """

    __tablename__ = "feed"
    __table_args__ = (
        CheckConstraint(
            "(view = 'instructor' AND instructor_id IS NOT NULL AND organisation_id IS NULL) OR "
            "(view = 'branch' AND organisation_id IS NOT NULL AND instructor_id IS NULL)",
            name="one_owner",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    side: Mapped[Side] = mapped_column("view")
    instructor_id: Mapped[int | None] = mapped_column(ForeignKey("instructor.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class FeedRevision(Base):
    """Counts the changes of one owner's published lectures; part of the ETag."""

    __tablename__ = "feed_revision"

    side: Mapped[Side] = mapped_column("view", primary_key=True)
    owner_id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]


class RenderedEvent(Base):
    """The VEVENT text of one lecture for one side, rendered when the lecture changes."""

    __tablename__ = "rendered_event"
    __table_args__ = (
        UniqueConstraint("lecture_id", "view", "owner_id"),
        Index("ix_rendered_event_window", "view", "owner_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(ForeignKey("lecture.id", ondelete="CASCADE"))
    side: Mapped[Side] = mapped_column("view")
    owner_id: Mapped[int]
    """The instructor's or the organisation's id, by `side`."""
    starts_at: Mapped[datetime]
    cancelled: Mapped[bool] = mapped_column(default=False)
    time_zone: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
