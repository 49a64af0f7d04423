"""Tables of rendered VEVENT texts and their revisions.

The side of each is in a column that is called `view` (decision 0070).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base
from booking.lectures.engine.states import Side


class FeedRevision(Base):
    """Counts the changes of one owner's lectures in calendars; part of the ETag."""

    __tablename__ = "feed_revision"

    side: Mapped[Side] = mapped_column("view", primary_key=True)
    owner_id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
    """Changes of confirmed, delivered and cancelled lectures."""
    requests: Mapped[int] = mapped_column(default=0, server_default="0")
    """Changes of requested lectures, which only some feeds show."""
    changed_at: Mapped[datetime | None]
    """The last change; None: before a release that kept it."""


class RenderedEvent(Base):
    """The VEVENT of one lecture for one side, rendered when the lecture changes.

    While a lecture is requested it has a `tentative` one, beside the cancelled one that is left
    where an answer was taken back.
    """

    __tablename__ = "rendered_event"
    __table_args__ = (
        UniqueConstraint("lecture_id", "view", "owner_id", "tentative"),
        Index("ix_rendered_event_window", "view", "owner_id", "starts_at"),
        Index("ix_rendered_event_all", "view", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(ForeignKey("lecture.id", ondelete="CASCADE"))
    side: Mapped[Side] = mapped_column("view")
    owner_id: Mapped[int]
    """The instructor's or the organisation's id, by `side`."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    cancelled: Mapped[bool] = mapped_column(default=False)
    tentative: Mapped[bool] = mapped_column(default=False, server_default=false())
    time_zone: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(12))
    """The language of `text`, the installation's first one when it was written."""
    text: Mapped[str] = mapped_column(Text)


class RenderedText(Base):
    """The text of a rendered event in a further language of the installation."""

    __tablename__ = "rendered_text"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("rendered_event.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
