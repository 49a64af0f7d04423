"""Who gets no text messages, and how many were sent on a day."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class StoppedBy(enum.StrEnum):
    """Who wants no text messages to an account."""

    PERSON = "person"
    PROVIDER = "provider"
    """The number is on the provider's stop list; another number of the account is tried."""


class TextStop(Base):
    """An account that gets no text messages."""

    __tablename__ = "text_stop"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    stopped_by: Mapped[StoppedBy]
    number_hash: Mapped[str | None] = mapped_column(String(64))
    """A keyed hash of the number that the provider refuses; None: whatever the number is."""
    stopped_at: Mapped[datetime]


class TextCount(Base):
    """How many text messages were queued on a day to a number, an account, or at all."""

    __tablename__ = "text_count"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A keyed hash of what is counted."""
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]
