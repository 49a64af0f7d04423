"""Which reminders were recorded, so that none comes twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base
from booking.notifications.choices.engine.preferences import ReminderOffset


class LectureReminder(Base):
    """One reminder of one lecture at one time for one person."""

    __tablename__ = "lecture_reminder"
    __table_args__ = (UniqueConstraint("lecture_id", "user_id", "offset", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(ForeignKey("lecture.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    offset: Mapped[ReminderOffset]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    """The lecture's start of which it reminds: after a move there are new reminders."""
    recorded_at: Mapped[datetime]
