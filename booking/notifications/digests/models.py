"""On which day each coordinator had the last digest."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class DigestDay(Base):
    """The local day of somebody's last digest, whether or not anything waited."""

    __tablename__ = "digest_day"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date]
