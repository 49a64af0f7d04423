"""Tables: whose hours were filled in by default, and the default week of a region."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class DefaultHours(Base):
    """The person's hours were filled in by a coordinator, and not confirmed since."""

    __tablename__ = "default_hours"

    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    """Who filled them in."""
    week: Mapped[list[list[int]]] = mapped_column(JSON)
    """The filled-in blocks: weekday, first and last minute. What differs now was changed since."""
    filled_at: Mapped[datetime]


class DefaultWeek(Base):
    """The default week of a region, and of those below it without one of their own."""

    __tablename__ = "default_week"

    region_code: Mapped[str] = mapped_column(
        ForeignKey("region.code", ondelete="CASCADE"), primary_key=True
    )
    week: Mapped[list[list[int]]] = mapped_column(JSON)
    """Blocks: weekday, first and last minute."""
    changed_at: Mapped[datetime]
