"""Tables: who leaves, when it is carried out, and with which entries."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base
from booking.instructors.models import Instructor


class LeavingState(enum.StrEnum):
    """What became of somebody's wish to leave."""

    WAITING = "waiting"
    """Until the day on which it is carried out, and until nothing is owed any more."""
    TAKEN_BACK = "taken_back"
    ERASING = "erasing"
    """Only inside the transaction that erases: the triggers of append-only tables look for it."""
    DONE = "done"


class Leaving(Base):
    """Somebody leaves: an account with its entries, or an entry without an account."""

    __tablename__ = "leaving"
    __table_args__ = (Index("ix_leaving_state", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[LeavingState]
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    """The account that ends; None: the person has none."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    """How a coordinator knows of the wish; empty where the person asked on the own page."""
    memberships: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What ended at once and comes back if it is taken back: role and limit of each."""
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """Until then it can be taken back; it is carried out later while something is owed."""
    ended_at: Mapped[datetime | None]
    """When it was taken back or carried out."""
    log_erased_at: Mapped[datetime | None]
    """When the name was also taken out of the audit log, which the law keeps unchanged before."""

    entries: Mapped[list[LeavingEntry]] = relationship(
        cascade="all, delete-orphan", order_by="LeavingEntry.instructor_id", lazy="selectin"
    )

    @property
    def instructor_ids(self) -> tuple[int, ...]:
        """The entries of the person."""
        return tuple(one.instructor_id for one in self.entries)


class LeavingEntry(Base):
    """An entry of the register that ends with its person's leaving."""

    __tablename__ = "leaving_entry"

    leaving_id: Mapped[int] = mapped_column(
        ForeignKey("leaving.id", ondelete="CASCADE"), primary_key=True
    )
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    was_listed: Mapped[bool]
    """Whether it is listed again if the leaving is taken back."""
    terms: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The terms as they were, which come back then."""

    instructor: Mapped[Instructor] = relationship()
