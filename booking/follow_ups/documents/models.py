"""The table of documents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base
from booking.follow_ups.documents.engine.kinds import LONGEST_FILENAME, DocumentKind


class FollowUpDocument(Base):
    """The document of an answer: bytes that are stored and handed out, never opened here."""

    __tablename__ = "follow_up_document"
    __table_args__ = (CheckConstraint("size > 0", name="not_empty"),)

    follow_up_id: Mapped[int] = mapped_column(
        ForeignKey("follow_up.id", ondelete="CASCADE"), primary_key=True
    )
    filename: Mapped[str] = mapped_column(String(LONGEST_FILENAME))
    kind: Mapped[DocumentKind]
    """What the content was found to be, whatever the file said."""
    size: Mapped[int]
    """Bytes."""
    stored_at: Mapped[datetime] = mapped_column(index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
