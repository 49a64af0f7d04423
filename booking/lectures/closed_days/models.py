"""The table that remembers which branches were told of a closed day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class ClosingNotice(Base):
    """The branch of a lecture was told that the day is closed: once for each time it has."""

    __tablename__ = "closing_notice"

    lecture_id: Mapped[int] = mapped_column(
        ForeignKey("lecture.id", ondelete="CASCADE"), primary_key=True
    )
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    """When the lecture was to begin; a lecture that is moved can be told of anew."""
    told_at: Mapped[datetime]
