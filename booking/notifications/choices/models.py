"""Tables of choices: the ways of each kind of message, and the preferences of each person.

Who has no row has what is usual.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base
from booking.notifications.choices.engine.preferences import DigestRhythm
from booking.notifications.choices.engine.ways import MessageWay
from booking.notifications.engine.kinds import MessageKind


class MessageChoice(Base):
    """By which ways one person is told of one kind of message."""

    __tablename__ = "message_choice"
    __table_args__ = (
        CheckConstraint("mail IN ('invitation', 'mail', 'none')", name="mail_or_none"),
        CheckConstraint(
            "mail <> 'none' OR kind NOT IN ('answer', 'account')", name="necessary_is_told"
        ),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[MessageKind] = mapped_column(primary_key=True)
    mail: Mapped[MessageWay]
    text: Mapped[bool] = mapped_column(default=False, server_default=false())
    robot: Mapped[bool] = mapped_column(default=False, server_default=false())
    changed_at: Mapped[datetime]


class MessagePreference(Base):
    """The preferences of one person; hours are minutes of the local day."""

    __tablename__ = "message_preference"
    __table_args__ = (
        CheckConstraint(
            "(quiet_from IS NULL AND quiet_until IS NULL) OR quiet_from <> quiet_until",
            name="quiet_hours",
        ),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    remind_week: Mapped[bool]
    remind_day: Mapped[bool]
    remind_hours: Mapped[bool]
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    """Both None: at any hour."""
    digest: Mapped[DigestRhythm]
    digest_minute: Mapped[int]
    tentative: Mapped[bool]
    changed_at: Mapped[datetime]
