"""Tables of knowledge tests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base
from booking.knowledge_tests.engine.questions import LONGEST_TEXT, QuestionFacts, QuestionKind
from booking.listener_links.engine.purposes import LinkPurpose


class BankQuestion(Base):
    """A question of a topic's bank. One that was asked is replaced instead of changed."""

    __tablename__ = "topic_question"
    __table_args__ = (Index("ix_topic_question_topic", "topic_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[QuestionKind]
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    choices: Mapped[list[str]] = mapped_column(JSON)
    right: Mapped[int]
    """The set of the right choices (`engine.questions`)."""
    explanation: Mapped[str] = mapped_column(Text)
    replaced: Mapped[bool]
    """Whether a newer version stands in its place: it cannot be offered again."""
    retired_at: Mapped[datetime | None]

    @property
    def facts(self) -> QuestionFacts:
        """What it asks."""
        return QuestionFacts(
            self.kind, self.text, tuple(self.choices), self.right, self.explanation
        )


class KnowledgeTest(Base):
    """The test of a lecture, with the totals that stay when answers are deleted."""

    __tablename__ = "knowledge_test"
    __table_args__ = (UniqueConstraint("lecture_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(ForeignKey("lecture.id", ondelete="CASCADE"))
    before_count: Mapped[int] = mapped_column(default=0)
    after_count: Mapped[int] = mapped_column(default=0)
    both_count: Mapped[int] = mapped_column(default=0)
    """Devices that answered before and after."""

    asked: Mapped[list[AskedQuestion]] = relationship(
        order_by="AskedQuestion.position", cascade="all, delete-orphan"
    )


class AskedQuestion(Base):
    """A question of a test, and how often it was answered rightly."""

    __tablename__ = "asked_question"
    __table_args__ = (UniqueConstraint("test_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    test_id: Mapped[int] = mapped_column(ForeignKey("knowledge_test.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(
        ForeignKey("topic_question.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    before_right: Mapped[int] = mapped_column(default=0)
    after_right: Mapped[int] = mapped_column(default=0)

    question: Mapped[BankQuestion] = relationship(lazy="joined", innerjoin=True)


class GivenAnswer(Base):
    """What one device answered; deleted by schedule. Nothing in it tells who it was."""

    __tablename__ = "given_answer"
    __table_args__ = (
        UniqueConstraint("link_id", "device_key"),
        UniqueConstraint("test_id", "purpose", "pair_key"),
        Index(None, "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    test_id: Mapped[int] = mapped_column(ForeignKey("knowledge_test.id", ondelete="CASCADE"))
    link_id: Mapped[int] = mapped_column(ForeignKey("listener_link.id", ondelete="CASCADE"))
    purpose: Mapped[LinkPurpose]
    device_key: Mapped[str] = mapped_column(String(64))
    pair_key: Mapped[str] = mapped_column(String(64))
    """A keyed hash of device and lecture, the same before and after."""
    given: Mapped[list[int]] = mapped_column(JSON)
    """The ticked choices, in the order of the questions."""
    answered_at: Mapped[datetime]
