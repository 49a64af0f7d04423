"""The history of a lecture as `replay` reads it."""

from __future__ import annotations

from booking import json_values
from booking.lectures.engine.facts import LectureFacts
from booking.lectures.engine.replay import Entry
from booking.lectures.models import HistoryEntry, Lecture


def entries(lecture: Lecture) -> list[Entry]:
    """The rows of its history, oldest first."""
    return [Entry(row.source, row.command, row.target, _facts(row)) for row in lecture.history]


def _facts(row: HistoryEntry) -> LectureFacts | None:
    return None if row.facts is None else json_values.read(row.facts, LectureFacts)
