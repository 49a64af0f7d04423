"""Tables of nominations, their history, and what becomes of terms and of who leaves."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import Organisation, Region
from booking.db import Base
from booking.instructors.models import Field, Instructor
from booking.nominations.engine.application import Origin
from booking.nominations.engine.lifecycle import (
    NominationCommand,
    NominationParty,
    NominationState,
)


class NominationField(Base):
    """A field that a nominated person works in."""

    __tablename__ = "nomination_field"

    nomination_id: Mapped[int] = mapped_column(
        ForeignKey("nomination.id", ondelete="CASCADE"), primary_key=True
    )
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"), primary_key=True, index=True)


class NominationTopic(Base):
    """A topic that a nominated person would lecture on."""

    __tablename__ = "nomination_topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(
        ForeignKey("nomination.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    summary: Mapped[str] = mapped_column(Text)


class Nomination(Base):
    """Somebody is proposed for the register (推荐). Its state is written by `changes` only."""

    __tablename__ = "nomination"
    __table_args__ = (
        CheckConstraint(
            "(origin = 'unit') = (organisation_id IS NOT NULL)", name="unit_has_organisation"
        ),
        CheckConstraint(
            "(trial_at IS NULL) = (trial_place IS NULL)", name="trial_has_time_and_place"
        ),
        Index("ix_nomination_state", "state", "id"),
        Index("ix_nomination_region_code", "region_code", "state"),
        Index("ix_nomination_name", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[NominationState]
    origin: Mapped[Origin]
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    """The account of the nominator; None: somebody who was not signed in."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The unit that nominates."""
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    language: Mapped[str] = mapped_column(String(12))
    """In which mails to the person are written, where there is no account."""
    name: Mapped[str] = mapped_column(String(60))
    workplace: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    introduction: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(String(40))
    """Seen by reviewers who ask for it; forgotten some time after the decision, like `email`."""
    email: Mapped[str] = mapped_column(String(120))
    trial_at: Mapped[datetime | None]
    trial_place: Mapped[str | None] = mapped_column(String(200))
    trial_passed: Mapped[bool | None]
    trial_note: Mapped[str] = mapped_column(Text, default="")
    instructor_id: Mapped[int | None] = mapped_column(
        ForeignKey("instructor.id", ondelete="SET NULL"), index=True
    )
    """The entry that was made, or completed."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    """When it was accepted, rejected or withdrawn."""
    forgotten_at: Mapped[datetime | None]
    """When phone and address were deleted."""

    region: Mapped[Region] = relationship(lazy="joined")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    instructor: Mapped[Instructor | None] = relationship()
    fields: Mapped[list[Field]] = relationship(
        secondary="nomination_field", order_by=Field.id, lazy="selectin"
    )
    topics: Mapped[list[NominationTopic]] = relationship(
        cascade="all, delete-orphan", order_by=NominationTopic.id, lazy="selectin"
    )


class NominationHistory(Base):
    """One step of a nomination's life: who did what, when, with what remarks.

    Append-only (migration 0030).
    """

    __tablename__ = "nomination_history"
    __table_args__ = (Index("ix_nomination_history_nomination_id", "nomination_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    actor_name: Mapped[str] = mapped_column(String(60))
    """The user's name at that time; empty for somebody who was not signed in."""
    party: Mapped[NominationParty]
    command: Mapped[NominationCommand]
    source: Mapped[NominationState | None]
    target: Mapped[NominationState]
    reason: Mapped[str] = mapped_column(Text)


class CertificateCounter(Base):
    """The last number of a certificate in a year."""

    __tablename__ = "certificate_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class TermEnding(Base):
    """Somebody decided that a term is not renewed, and why."""

    __tablename__ = "term_ending"

    term_id: Mapped[int] = mapped_column(
        ForeignKey("term.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    reason: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    decided_at: Mapped[datetime]


class Departure(Base):
    """An instructor has left the register, for a reason; perhaps came back later."""

    __tablename__ = "departure"
    __table_args__ = (Index("ix_departure_instructor_id", "instructor_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    left_on: Mapped[date]
    """The last day in the register, inclusive, in the installation's zone."""
    reason: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    recorded_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
