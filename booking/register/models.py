"""An uploaded spreadsheet that waits for its import, and what imports did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class ImportDraft(Base):
    """A spreadsheet between preview and import; deleted by the import or after a day.

    Only what was understood is kept, never the file: columns that may not be stored
    are not in it.
    """

    __tablename__ = "import_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    """Names this preview and never another: SQLite gives the id of a deleted row out again."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    roster: Mapped[dict[str, Any]] = mapped_column(JSON)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    created_at: Mapped[datetime]


class ImportReport(Base):
    """What an import did, for the page that can be reloaded; forgotten after a day."""

    __tablename__ = "import_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    """The key of the preview that was imported."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
