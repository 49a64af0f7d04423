"""External calendars and their busy times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from booking.availability.external.engine.calendar import CalendarKind, Trouble
from booking.db import Base


class ExternalCalendar(Base):
    """An external calendar, of which only busy times are read."""

    __tablename__ = "outside_calendar"
    __table_args__ = (
        CheckConstraint("(kind = 'address') = (address IS NOT NULL)", name="address_of_its_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[CalendarKind]
    label: Mapped[str] = mapped_column(String(60))
    address: Mapped[str | None] = mapped_column(Text)
    """Encrypted (`booking.crypto`): the address alone gives read access to the calendar."""
    host: Mapped[str] = mapped_column(String(255), default="")
    """The part of the address that pages show."""
    all_day_busy: Mapped[bool]
    created_at: Mapped[datetime]
    last_tried_at: Mapped[datetime | None]
    last_good_at: Mapped[datetime | None]
    """When the stored busy times were last known to be current."""
    read_at: Mapped[datetime | None]
    """When these busy times were parsed; an unchanged calendar is not parsed again."""
    known_until: Mapped[datetime | None]
    """The end of the window that the busy times cover."""
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    """None for an upload. A worker that claims the row moves this on as its lease."""
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    trouble: Mapped[Trouble | None]
    unread: Mapped[Any] = mapped_column(JSON, default=list)
    """The entries that could not be read, as `unread.written` has them: kind, day, no title."""
    unread_count: Mapped[int] = mapped_column(default=0)
    """How many they are; `unread` has the first `MOST_NAMED`."""
    settled: Mapped[Any] = mapped_column(JSON, default=list)
    """The marks of those whose days the owner has declared free."""
    etag: Mapped[str | None] = mapped_column(String(255))
    last_modified: Mapped[str | None] = mapped_column(String(64))


class BusySpan(Base):
    """A busy or unknown time [starts_at, ends_at) of an external calendar, without any details."""

    __tablename__ = "busy_span"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        Index("ix_busy_span_calendar", "calendar_id", "starts_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("outside_calendar.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    unknown: Mapped[bool] = mapped_column(default=False)
    """Whether it is a day of an entry that could not be read: neither free nor known to be busy."""
