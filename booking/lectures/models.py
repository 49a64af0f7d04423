"""Tables of lectures, holds, history, the number counter and expiry rounds.

Proposals of another time or instructor have tables of their own in `proposals.models`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import Organisation, Region
from booking.db import Base, refuse
from booking.instructors.engine.vocabulary import Audience, Format
from booking.instructors.models import Instructor, Topic
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.unbookable import SlotTaken


class Lecture(Base):
    """A lecture (授课): a topic, a time, a place, a branch and an instructor.

    Title and length are copied from the topic at the request, so later edits do not change them.
    """

    __tablename__ = "lecture"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        Index("ix_lecture_instructor", "instructor_id", "starts_at"),
        Index("ix_lecture_organisation", "organisation_id", "starts_at"),
        Index("ix_lecture_state", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    """The iCalendar UID: opaque, permanent, never reused (RFC 7986 section 5.3)."""
    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[State]
    sequence: Mapped[int] = mapped_column(default=0)
    """iCalendar SEQUENCE: incremented by each significant change (RFC 5545 section 3.8.7.4)."""

    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    topic_id: Mapped[int | None] = mapped_column(
        ForeignKey("topic.id", ondelete="SET NULL"), index=True
    )
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(String(60))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    place: Mapped[str] = mapped_column(String(200))
    format: Mapped[Format]
    audience: Mapped[Audience | None]
    attendees: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")

    reply_due_at: Mapped[datetime]
    """When the answer is due for which the lecture waits: the reviewer's, the branch's correction,
    or the instructor's."""
    reminded_at: Mapped[datetime | None]
    """When those who must answer were reminded; None: not since they were asked."""
    cancelled_late: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it was cancelled within `policy.LATE_WORKING_DAYS` of its day."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    instructor: Mapped[Instructor] = relationship()
    topic: Mapped[Topic | None] = relationship()
    organisation: Mapped[Organisation] = relationship()
    region: Mapped[Region] = relationship()
    history: Mapped[list[HistoryEntry]] = relationship(
        back_populates="lecture", order_by="HistoryEntry.id"
    )


class Hold(Base):
    """The interval of an instructor's time that a lecture occupies (占用), or that is kept for one.

    The database rejects overlapping rows: `EXCLUDE USING gist` on PostgreSQL and
    triggers on SQLite, both named `ex_hold_no_overlap` and both in the migrations.
    """

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        Index("ix_hold_instructor", "instructor_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    lecture_id: Mapped[int | None] = mapped_column(
        ForeignKey("lecture.id", ondelete="CASCADE"), index=True
    )
    """None: kept for a branch that has not decided yet. It overlaps every other hold."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    region_code: Mapped[str | None] = mapped_column(String(12))
    """Region of the lecture, for travel times; None is online."""
    place: Mapped[str] = mapped_column(String(200), default="")
    organisation_id: Mapped[int | None]
    """The branch, for its cap per quarter."""
    option_id: Mapped[int | None] = mapped_column(
        ForeignKey("proposal_option.id", ondelete="CASCADE"), index=True
    )
    """The proposed time that this holds; None is the lecture's own time."""


class HistoryEntry(Base):
    """One transition of a lecture: user, instant, old and new state, reason."""

    __tablename__ = "lecture_history"

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(
        ForeignKey("lecture.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    actor_name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """The user's name at that time: history outlives accounts. Never a mail address."""
    party: Mapped[Party]
    command: Mapped[Command | None]
    """None for the request itself."""
    source: Mapped[State | None]
    target: Mapped[State]
    reason: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """`engine.facts.LectureFacts` as JSON where this change set it: the request, a correction, a
    move, another instructor, undo."""

    lecture: Mapped[Lecture] = relationship(back_populates="history")


class LectureCounter(Base):
    """The last lecture number issued in each year."""

    __tablename__ = "lecture_counter"

    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


refuse("ex_hold_no_overlap", SlotTaken)


class ExpiryRound(Base):
    """A single row: the last trusted round of time-based transitions, and the held round."""

    __tablename__ = "expiry_round"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trusted_at: Mapped[datetime | None]
    """The clock's instant in the last round that proceeded or was confirmed."""
    held_at: Mapped[datetime | None]
    """The clock's instant in the round held for an administrator; None if there is none."""
    held_requests: Mapped[int]
    held_lectures: Mapped[int]
