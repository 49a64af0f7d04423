"""The versions of text pages: each change adds one, and none is altered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from booking.administration.texts.engine.pages import TextPage
from booking.db import Base


class TextVersion(Base):
    """What one page said in one language from `changed_at` on."""

    __tablename__ = "text_version"
    __table_args__ = (Index(None, "page", "language", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[TextPage]
    language: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    """Markdown; empty: the default text."""
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(120))
    """The name of who changed it, as it was then."""
