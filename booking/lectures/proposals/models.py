"""Tables of proposals and of the times that they offer to choose from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import Region
from booking.db import Base, refuse
from booking.instructors.engine.vocabulary import Format
from booking.instructors.models import Instructor, Topic
from booking.lectures.engine.agreement import Approver, ProposalKind, ProposalState
from booking.lectures.engine.errors import ProposalOpen
from booking.lectures.engine.states import Party
from booking.lectures.models import Lecture


class Proposal(Base):
    """A proposal of another time, place or instructor (改期提议, 换讲师); one open per lecture.

    An agreement is the instant at which it was given; `needs_review` tells whether the reviewer's
    is wanted at all.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        Index(
            "uq_proposal_open",
            "lecture_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_proposal_due", "state", "reply_due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(
        ForeignKey("lecture.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[ProposalKind]
    state: Mapped[ProposalState]
    party: Mapped[Party]
    """The capacity in which it was made."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text, default="")
    needs_review: Mapped[bool]
    branch_agreed_at: Mapped[datetime | None]
    instructor_agreed_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    chosen_option_id: Mapped[int | None]
    """The option on which the first agreement fell; all others must agree to it."""
    reply_due_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    lecture: Mapped[Lecture] = relationship()
    options: Mapped[list[ProposalOption]] = relationship(
        back_populates="proposal", order_by="ProposalOption.position"
    )

    @property
    def pending(self) -> frozenset[Approver]:
        """Whose agreement is missing."""
        agreed = {
            Approver.BRANCH: self.branch_agreed_at,
            Approver.INSTRUCTOR: self.instructor_agreed_at,
        }
        if self.needs_review:
            agreed[Approver.REVIEWER] = self.reviewed_at
        return frozenset(approver for approver, at in agreed.items() if at is None)


class ProposalOption(Base):
    """One time, place and instructor that a proposal offers; it holds the time while open."""

    __tablename__ = "proposal_option"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="times_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    """From 0, in the order of wishes."""
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    place: Mapped[str] = mapped_column(String(200))
    format: Mapped[Format]

    proposal: Mapped[Proposal] = relationship(back_populates="options")
    instructor: Mapped[Instructor] = relationship()
    topic: Mapped[Topic | None] = relationship()
    region: Mapped[Region] = relationship()


refuse("uq_proposal_open", ProposalOpen)
