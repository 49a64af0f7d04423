"""The table of search words that found nothing."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class SearchMiss(Base):
    """How often words were searched on a day without a result: totals, without who searched."""

    __tablename__ = "search_miss"
    __table_args__ = (CheckConstraint("searches > 0", name="searched"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    """In the installation's zone."""
    words: Mapped[str] = mapped_column(String(20), primary_key=True)
    field_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The field in the filter; empty: none."""
    region_code: Mapped[str] = mapped_column(String(12), primary_key=True)
    """The region in the filter; empty: none."""
    searches: Mapped[int]
