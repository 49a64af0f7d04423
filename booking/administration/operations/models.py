"""Tables of background work and of backups."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class JobState(Base):
    """The last run of a background job. One row for each, so the table does not grow."""

    __tablename__ = "job_state"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    started_at: Mapped[datetime]
    milliseconds: Mapped[int]
    failures: Mapped[int]
    """Failures since the last run that succeeded."""
    succeeded_at: Mapped[datetime | None]


class JobFailure(Base):
    """One run that failed. The oldest are deleted beyond `job_record.MOST_FAILURES`."""

    __tablename__ = "job_failure"
    __table_args__ = (Index("ix_job_failure_name", "name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    milliseconds: Mapped[int]
    error: Mapped[str] = mapped_column(String(200))
    """The kind of the error and where it was raised; no text of it, which may name people."""


class BackupState(enum.StrEnum):
    """What became of a backup that somebody asked for."""

    ASKED = "asked"
    RUNNING = "running"
    MADE = "made"
    FAILED = "failed"
    REMOVED = "removed"
    """Its file was deleted, as newer ones were made."""


class BackupFailure(enum.StrEnum):
    """Why a backup could not be made."""

    NO_PROGRAM = "no_program"
    """PostgreSQL's pg_dump is not installed."""
    WRONG_VERSION = "wrong_version"
    """pg_dump is older than the server."""
    NO_SPACE = "no_space"
    STOPPED = "stopped"
    """The worker was stopped meanwhile."""
    OTHER = "other"


class Backup(Base):
    """A copy of the database, made by the worker. Its file lies in the instance folder."""

    __tablename__ = "backup"
    __table_args__ = (Index("ix_backup_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[BackupState]
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    filename: Mapped[str | None] = mapped_column(String(80))
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    failure: Mapped[BackupFailure | None]
