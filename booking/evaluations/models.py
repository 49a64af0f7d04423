"""Tables of evaluations: question sets, answers, reminders, consents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base
from booking.evaluations.engine.question_sets import EvaluationQuestion
from booking.evaluations.engine.scales import EvaluationDimension

ON_THE_SCALE = " AND ".join(f"{one.value} BETWEEN 1 AND 5" for one in EvaluationDimension)


class EvaluationSet(Base):
    """A version of the questions. It never changes; the newest is in force."""

    __tablename__ = "evaluation_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    questions: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """`EvaluationQuestion` as JSON, in order."""
    began_at: Mapped[datetime]

    @property
    def asked(self) -> tuple[EvaluationQuestion, ...]:
        """The questions as values."""
        return tuple(EvaluationQuestion(**one) for one in self.questions)


class BranchEvaluation(Base):
    """What the branch said of a lecture, as it said last."""

    __tablename__ = "branch_evaluation"
    __table_args__ = (CheckConstraint(ON_THE_SCALE, name="on_the_scale"),)

    lecture_id: Mapped[int] = mapped_column(
        ForeignKey("lecture.id", ondelete="CASCADE"), primary_key=True
    )
    set_id: Mapped[int] = mapped_column(ForeignKey("evaluation_set.id"), index=True)
    content: Mapped[int]
    method: Mapped[int]
    usefulness: Mapped[int]
    further: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Scores of further questions by their keys."""
    again: Mapped[bool]
    """Whether the branch would book again."""
    text: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    given_at: Mapped[datetime]


class ListenerEvaluation(Base):
    """What one device said of a lecture. Without an instant: nothing tells when it was."""

    __tablename__ = "listener_evaluation"
    __table_args__ = (
        UniqueConstraint("link_id", "device_key"),
        CheckConstraint(ON_THE_SCALE, name="on_the_scale"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(
        ForeignKey("lecture.id", ondelete="CASCADE"), index=True
    )
    link_id: Mapped[int] = mapped_column(ForeignKey("listener_link.id", ondelete="CASCADE"))
    device_key: Mapped[str] = mapped_column(String(64))
    """A keyed hash (`listener_links.devices`)."""
    set_id: Mapped[int] = mapped_column(ForeignKey("evaluation_set.id"), index=True)
    content: Mapped[int]
    method: Mapped[int]
    usefulness: Mapped[int]
    again: Mapped[bool]
    """Whether the listener would like to hear the instructor again."""
    text: Mapped[str] = mapped_column(Text, default="")


class EvaluationReminder(Base):
    """That the branch of a lecture was reminded."""

    __tablename__ = "evaluation_reminder"

    lecture_id: Mapped[int] = mapped_column(
        ForeignKey("lecture.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime]


class EvaluationConsent(Base):
    """That an instructor lets the public page tell how many would book again."""

    __tablename__ = "evaluation_consent"

    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), primary_key=True
    )
    given_at: Mapped[datetime]
