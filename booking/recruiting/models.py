"""Tables of recruiting: a case for each field and region, and its history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import Region
from booking.db import Base, refuse
from booking.instructors.models import Field, Instructor
from booking.recruiting.engine.lifecycle import CaseMovedOn, RecruitingCommand, RecruitingState


class RecruitingCase(Base):
    """What is done about the needs of one field in one region. `service` is its only writer."""

    __tablename__ = "recruiting_case"
    __table_args__ = (UniqueConstraint("field_id", "region_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    state: Mapped[RecruitingState]
    opened_at: Mapped[datetime]
    """When it was opened, or opened again: what came since is counted."""
    changed_at: Mapped[datetime]

    field: Mapped[Field] = relationship(lazy="joined")
    region: Mapped[Region] = relationship(lazy="joined")


class RecruitingStep(Base):
    """One step of a case: who did what, and when."""

    __tablename__ = "recruiting_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("recruiting_case.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    actor_name: Mapped[str] = mapped_column(String(60))
    """The user's name at that time."""
    command: Mapped[RecruitingCommand]
    target: Mapped[RecruitingState]
    reason: Mapped[str] = mapped_column(String(200), default="")
    instructor_id: Mapped[int | None] = mapped_column(
        ForeignKey("instructor.id", ondelete="SET NULL"), index=True
    )
    """Who was asked."""

    instructor: Mapped[Instructor | None] = relationship(lazy="joined")


refuse("recruiting_case_field_id", CaseMovedOn)
