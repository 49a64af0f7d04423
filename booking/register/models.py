"""Tables: parsed spreadsheets between preview and import, and reports of imports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class ImportDraft(Base):
    """A parsed spreadsheet between preview and import; deleted by the import or after a day.

    Only the parsed roster is stored, never the file, so forbidden columns are not in it.
    """

    __tablename__ = "import_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    """A random key, never reused, unlike `id`: SQLite reuses the id of a deleted row."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    roster: Mapped[dict[str, Any]] = mapped_column(JSON)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    created_at: Mapped[datetime]


class ImportReport(Base):
    """The report of an import, for a page that can be reloaded; deleted after a day."""

    __tablename__ = "import_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    """The key of the preview that was imported."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
