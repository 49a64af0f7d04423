"""Tables: questions to branches with their answers, and the outcomes that an answer names."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base
from booking.follow_ups.engine.due import FollowUpStage
from booking.follow_ups.outcomes.models import Outcome
from booking.lectures.models import Lecture

LONGEST_ANSWER = 2000


class FollowUp(Base):
    """One question to a branch about a delivered lecture, and its answer."""

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("lecture_id", "stage"),
        CheckConstraint("asked_at < closes_at", name="times_in_order"),
        Index("ix_follow_up_closes_at", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(ForeignKey("lecture.id", ondelete="CASCADE"))
    stage: Mapped[FollowUpStage]
    days: Mapped[int]
    """Days after the lecture."""
    asked_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    """When it was answered, or the answer was changed last."""
    answered_by: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    actor_name: Mapped[str] = mapped_column(String(60), default="")
    """The user's name at that time."""
    text: Mapped[str] = mapped_column(Text, default="")

    lecture: Mapped[Lecture] = relationship()
    outcomes: Mapped[list[Outcome]] = relationship(
        secondary="follow_up_choice", order_by="Outcome.position, Outcome.id"
    )


class FollowUpChoice(Base):
    """An outcome that an answer names."""

    __tablename__ = "follow_up_choice"

    follow_up_id: Mapped[int] = mapped_column(
        ForeignKey("follow_up.id", ondelete="CASCADE"), primary_key=True
    )
    outcome_id: Mapped[int] = mapped_column(
        ForeignKey("follow_up_outcome.id"), primary_key=True, index=True
    )
