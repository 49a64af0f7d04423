"""The table of links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base
from booking.listener_links.engine.purposes import LinkPurpose


class ListenerLink(Base):
    """The link of a lecture for one purpose. Its token is derived and stored nowhere."""

    __tablename__ = "listener_link"
    __table_args__ = (UniqueConstraint("lecture_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(ForeignKey("lecture.id", ondelete="CASCADE"))
    purpose: Mapped[LinkPurpose]
    nonce: Mapped[str] = mapped_column(String(32))
    """Random; a new one whenever the link is opened again after it was closed."""
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When somebody closed it before its time."""
