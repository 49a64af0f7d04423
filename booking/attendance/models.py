"""The table of attendance lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.attendance.engine.names import LONGEST_NAME
from booking.attendance.errors import AlreadyOnList
from booking.db import Base, refuse
from booking.listener_links.models import ListenerLink


class AttendanceEntry(Base):
    """Somebody who listened to one lecture: a name or a number, as it was typed.

    Retention empties name and device and keeps the row, so that the list can still be counted.
    """

    __tablename__ = "attendance_entry"
    __table_args__ = (
        UniqueConstraint("link_id", "device_key"),
        Index("ix_attendance_entry_lecture_id", "lecture_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(ForeignKey("lecture.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    """Empty after `forgotten_at`."""
    link_id: Mapped[int | None] = mapped_column(ForeignKey(ListenerLink.id, ondelete="SET NULL"))
    """The link through which the listener came; None: added by hand."""
    device_key: Mapped[str | None] = mapped_column(String(64))
    """A keyed hash of a random number in the listener's browser and of the link; None: by hand."""
    added_by: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    added_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    """When the branch corrected it."""
    struck_at: Mapped[datetime | None]
    """When the branch struck it out: it does not count."""
    forgotten_at: Mapped[datetime | None]
    """When its name was deleted by schedule."""


refuse("uq_attendance_entry_link_id_device_key", AlreadyOnList)
