"""The table of records."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture


class LectureOutcome(enum.StrEnum):
    """What became of a lecture: held, or why it was not."""

    HELD = "held"
    INSTRUCTOR_ABSENT = "instructor_absent"
    BRANCH_ABSENT = "branch_absent"
    PLACE = "place"
    """The place could not be used."""
    EVENT = "event"
    """Something else took its time: weather, traffic, another meeting."""
    AGREED = "agreed"
    """Both sides agreed by word of mouth not to hold it."""
    OTHER = "other"


class LectureRecord(Base):
    """The record of one lecture (授课回执), as filed last."""

    __tablename__ = "lecture_record"
    __table_args__ = (CheckConstraint("started_at < ended_at", name="times_in_order"),)

    lecture_id: Mapped[int] = mapped_column(
        ForeignKey("lecture.id", ondelete="CASCADE"), primary_key=True
    )
    outcome: Mapped[LectureOutcome]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    listeners: Mapped[int | None]
    """How many people listened."""
    credit_hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    note: Mapped[str] = mapped_column(Text, default="")
    party: Mapped[Party]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    actor_name: Mapped[str] = mapped_column(String(60), default="")
    filed_at: Mapped[datetime]

    lecture: Mapped[Lecture] = relationship()
