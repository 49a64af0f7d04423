"""Tables: previews of imports, imports as batches, and roles of columns that were chosen."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base
from booking.register.engine.columns import LONGEST_KEY
from booking.register.engine.reports import Outcome


class DraftState(enum.StrEnum):
    """How far the import of a preview in the worker is."""

    OPEN = "open"
    WAITING = "waiting"
    RUNNING = "running"
    FAILED = "failed"


class DraftFailure(enum.StrEnum):
    """Why the worker imported nothing; told in the language of who reads it."""

    ROWS = "rows"
    LOST = "lost"
    REFUSED = "refused"
    BROKEN = "broken"


class ImportDraft(Base):
    """A parsed spreadsheet between preview and import; deleted by the import or after a day.

    The file is not kept. Its cells are, so that columns can be chosen anew, without identity and
    bank numbers (`engine.sheets`).
    """

    __tablename__ = "import_draft"
    __table_args__ = (Index("ix_import_draft_state", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    """A random key, never reused, unlike `id`: SQLite reuses the id of a deleted row."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    sheet: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    """`engine.sheets.write`."""
    choice: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`drafts.StoredChoice`: the header's row and the columns that were chosen."""
    decisions: Mapped[dict[str, str]] = mapped_column(JSON)
    """By row: who somebody is (`comparison.engine.plans`)."""
    roster: Mapped[dict[str, Any]] = mapped_column(JSON)
    refused: Mapped[str | None] = mapped_column(String(20))
    """Why nobody can be read with this choice of columns; an `UnreadableReason`."""
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    created_at: Mapped[datetime]
    state: Mapped[DraftState] = mapped_column(default=DraftState.OPEN)
    skip_invalid: Mapped[bool] = mapped_column(default=False)
    """Whether rows that cannot be imported are left out by the waiting import."""
    people: Mapped[int] = mapped_column(default=0)
    """How many people the running import has to do with, and how many are done."""
    done: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None]
    """When the worker last updated it."""
    failure: Mapped[DraftFailure | None]
    """Why the import in the worker failed."""


class ImportBatch(Base):
    """One import: who, when, how many; undone as a whole as long as nothing depends on it."""

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_region_code", "region_code", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    """The key of the preview that was imported."""
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    filename: Mapped[str] = mapped_column(String(255))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    """The region of people whose workplace names none."""
    report: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    """`engine.reports.Report`: the rows with what became of them; without rows when undone."""
    added: Mapped[int]
    completed: Mapped[int]
    unchanged: Mapped[int]
    field_ids: Mapped[list[int]] = mapped_column(JSON)
    """Fields that it added to the list."""
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class BatchEntry(Base):
    """What an import added or completed: one entry, and what undoing takes away again."""

    __tablename__ = "import_batch_entry"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True
    )
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    outcome: Mapped[Outcome]
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of the entry after the import (`batches.queries.fingerprints`)."""
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`batches.engine.additions.Before` of a completed entry; empty for a new one."""


class RememberedColumn(Base):
    """What somebody said that a header means, for the next import."""

    __tablename__ = "remembered_column"
    __table_args__ = (UniqueConstraint("user_id", "header"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    header: Mapped[str] = mapped_column(String(LONGEST_KEY))
    """`engine.columns.header_key`."""
    role: Mapped[str] = mapped_column(String(20))
    """A `ColumnRole`."""
