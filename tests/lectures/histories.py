"""The history of a lecture as `replay` reads it, and its end for tests of many lives."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from booking import json_values
from booking.lectures.engine.facts import LectureFacts
from booking.lectures.engine.replay import Entry
from booking.lectures.models import HistoryEntry, Lecture


def entries(lecture: Lecture) -> list[Entry]:
    """The rows of its history, oldest first."""
    return [Entry(row.source, row.command, row.target, _facts(row)) for row in lecture.history]


def _facts(row: HistoryEntry) -> LectureFacts | None:
    return None if row.facts is None else json_values.read(row.facts, LectureFacts)


def let_go(session: Session) -> None:
    """Histories of this database can be deleted from now on: its triggers refuse it otherwise."""
    if session.connection().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER IF EXISTS lecture_history_no_delete"))
    else:
        session.execute(text("ALTER TABLE lecture_history DISABLE TRIGGER lecture_history_rows"))
