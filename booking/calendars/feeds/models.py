"""The table of subscription feeds. Whose lectures one shows is in a column called `view`."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from booking.calendars.feeds.engine.kinds import FeedKind
from booking.db import Base

LONGEST_NAME = 40


def token_hash(token: str) -> str:
    """The SHA-256 of a feed token, as stored. With 256 random bits it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


class Feed(Base):
    """A secret URL at which a user can subscribe to a calendar.

    Only the SHA-256 of the token is stored; the token is shown once.
    """

    __tablename__ = "feed"
    __table_args__ = (
        CheckConstraint(
            "(instructor_id IS NOT NULL) = (view = 'instructor') AND "
            "(organisation_id IS NOT NULL) = (view = 'branch') AND "
            "(region_code IS NOT NULL) = (view IN ('region', 'field')) AND "
            "(field_id IS NOT NULL) = (view = 'field')",
            name="one_owner",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[FeedKind] = mapped_column("view")
    instructor_id: Mapped[int | None] = mapped_column(ForeignKey("instructor.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    field_id: Mapped[int | None] = mapped_column(ForeignKey("field.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), default="", server_default="")
    """What its owner calls it, such as "my phone"; empty: nothing."""
    busy_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it shows times only: no titles, places or descriptions."""
    tentative: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it shows requested lectures too, as tentative."""
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    """When a program last asked; written at most once a day."""
    revoked_at: Mapped[datetime | None]
